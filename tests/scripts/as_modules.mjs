/** Lets node read the scripts of the page as the ES modules that they are. */
import { register } from "node:module";

const hook = `
export function load(url, context, next) {
  const ours = url.includes("/tmeatlas/atlas/") && url.endsWith(".js");
  return next(url, ours ? { ...context, format: "module" } : context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
