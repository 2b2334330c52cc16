/** Names made short without becoming alike. */
import { fitText, textWidth } from "./text.js";

const SIZE = 11.5;

/** Texts of names that begin alike: each keeps so much of its end that all differ. */
function withEnds(names, width) {
  const longest = Math.min(...names.map((name) => name.length)) - 1;
  for (let length = 1; length <= longest; length++) {
    const ends = names.map((name) => name.slice(-length));
    if (Math.max(...ends.map((end) => textWidth(end, SIZE))) > width * 0.8) break;
    const texts = names.map(
      (name, i) => fitText(name, width - textWidth(ends[i], SIZE), SIZE) + ends[i],
    );
    if (new Set(texts).size === texts.length) return texts;
  }
  // They differ in the middle: numbers tell them apart.
  const number = (i) => ` (${i + 1})`;
  return names.map((name, i) => fitText(name, width - textWidth(number(i), SIZE), SIZE) + number(i));
}

/** The names, none wider than about `width` pixels and no two the same. */
export function distinctNames(names, width) {
  const texts = names.map((name) => fitText(name, width, SIZE));
  const alike = new Map();
  texts.forEach((text, i) => alike.set(text, [...(alike.get(text) ?? []), i]));
  for (const places of alike.values()) {
    if (places.length < 2) continue;
    const distinct = withEnds(places.map((i) => names[i]), width);
    places.forEach((i, k) => {
      texts[i] = distinct[k];
    });
  }
  return texts;
}
