/** Unpacks the script of the page, and runs it: packed, it is a quarter as long. */
import { runScript, unpackScript } from "./decode.js";
import { showError } from "./dom.js";

unpackScript("page-script").then(runScript).catch(showError);
