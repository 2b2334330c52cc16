/** What the page puts beside the browser's own names. */
interface Window {
  Plotly: any;
  tmeatlas: any;
}

/** Of what kind the elements are that a selector finds, the template of the page says. */
interface ParentNode {
  querySelector(selector: string): any;
  querySelectorAll(selector: string): NodeListOf<any>;
}
