// The font of formulas, in two: what nearly every formula is made of (60 KB), and all the rest (400 KB), which a browser
// fetches only for a page that has a character of it. The first has the space, so the constants of layout come from it.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";

/** Code points of the first part: single ones, and from–to. */
const COMMON = [
  [0x20, 0x7e], [0xa0, 0xb7], 0xd7, 0xf7, // ASCII, degree, plus-minus, times
  [0x391, 0x3f6], // Greek
  [0x2010, 0x2026], [0x2032, 0x2034], 0x2044, [0x2061, 0x2064], // dashes, primes, invisible operators
  0x2102, 0x210e, 0x2113, 0x2115, 0x2119, 0x211a, 0x211d, 0x2124, // C, h, l, N, P, Q, R, Z
  [0x2190, 0x2195], 0x21a6, [0x21d0, 0x21d5], // arrows
  [0x2200, 0x2237], 0x223c, 0x223d, [0x2243, 0x224d], [0x2260, 0x2265], 0x226a, 0x226b, // quantifiers, sums, relations
  [0x2282, 0x2287], [0x2295, 0x2299], 0x22a4, 0x22a5, [0x22c0, 0x22c5], [0x22ee, 0x22f1], // sets, circled, transpose, dots
  [0x2308, 0x230b], 0x23de, 0x23df, 0x27e8, 0x27e9, // ceilings, braces, angle brackets
  [0x1d434, 0x1d467], [0x1d6e2, 0x1d71b], // italic letters, Latin and Greek
].map((part) => (Array.isArray(part) ? part : [part, part]));

const hex = (code) => code.toString(16).toUpperCase();
const range = (parts) => parts.map(([from, to]) => `U+${hex(from)}${to > from ? `-${hex(to)}` : ""}`).join(",");

function between(parts) {
  const sorted = [...parts].sort(([a], [b]) => a - b);
  const gaps = [];
  let next = 0;
  for (const [from, to] of sorted) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  return [...gaps, [next, 0x10ffff]];
}

/** Writes both parts into `folder`; gives their @font-face rules. */
export async function mathFaces(source, folder) {
  const text = COMMON.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i))).join("");
  await writeFile(join(folder, "math.woff2"), await subsetFont(await readFile(source), text, { targetFormat: "woff2" }));
  await copyFile(source, join(folder, "math-rest.woff2"));
  const face = (file, parts) =>
    `@font-face{font-family:"STIX Two Math";font-style:normal;font-weight:400;font-display:swap;` +
    `src:url("fonts/${file}.woff2") format("woff2");unicode-range:${range(parts)}}`;
  return [face("math-rest", between(COMMON)), face("math", COMMON)];
}
