import js from "@eslint/js";
import globals from "globals";

const strict = {
  eqeqeq: "error",
  "no-else-return": "error",
  "no-shadow": "error",
  "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "one-var": ["error", "never"],
  "prefer-const": "error",
  "prefer-template": "error",
  // Text from the data is only ever inserted as text.
  "no-restricted-properties": [
    "error",
    ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property })),
    { object: "document", property: "write" },
  ],
  "no-restricted-syntax": ["error", { selector: "ImportExpression", message: "The page is one file." }],
  "no-restricted-globals": [
    "error",
    ...["fetch", "XMLHttpRequest", "WebSocket", "localStorage", "sessionStorage"].map((name) => ({
      name,
      message: "A page asks nobody for anything and leaves nothing behind.",
    })),
  ],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
};

export default [
  js.configs.recommended,
  {
    files: ["**/tmeatlas/atlas/**/*.js"],
    languageOptions: { sourceType: "module", globals: { ...globals.browser, Plotly: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: strict,
  },
  {
    files: ["**/tests/scripts/*.mjs"],
    languageOptions: { globals: { ...globals.node, document: "readonly" } },
  },
];
