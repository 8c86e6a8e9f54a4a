// Builds what the pages load beside their own small modules: `npm ci && node build.mjs`.
// Output: courseplatform/static/built/ (never committed). Without it the pages use a textarea and the system's fonts.

import { build } from "esbuild";
import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { mathFaces } from "./math-font.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "courseplatform", "static", "built");

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "fonts"), { recursive: true });

await build({
  entryPoints: { editor: join(here, "source", "editor.js"), chart: join(here, "source", "chart.js") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
});
// For browsers without MathML, which are old: in the language of some years ago, with fonts in the one format they all have.
await build({
  entryPoints: { formulas: join(here, "source", "formulas.js") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "linked",
  logLevel: "warning",
});
const katex = join(modules, "katex", "dist");
const rules = (await readFile(join(katex, "katex.min.css"), "utf8"))
  .replace(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, "")
  .replaceAll("fonts/", "fonts/katex/");
await writeFile(join(out, "formulas.css"), rules);
await cp(join(katex, "fonts"), join(out, "fonts", "katex"), {
  recursive: true,
  filter: (source) => !/\.(woff|ttf)$/.test(source),
});
await copyFile(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.js"));
await copyFile(join(modules, "uplot", "dist", "uPlot.min.css"), join(out, "chart.css"));

// Latin letters only. Beside Chinese the quotation marks, dashes and dots must come from the Chinese font, so the same
// file stands under a second name whose range leaves them out.
const latin = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215";
const besideHan = "U+0020-00B6, U+00B8-00FF, U+0131, U+0152-0153, U+20AC, U+2122, U+2212";
const faces = [
  { family: "Source Sans 3 Variable", file: "source-sans-3-latin-wght-normal", from: "@fontsource-variable/source-sans-3", style: "normal", weight: "200 900", range: latin },
  { family: "Source Sans 3 Variable", file: "source-sans-3-latin-wght-italic", from: "@fontsource-variable/source-sans-3", style: "italic", weight: "200 900", range: latin },
  { family: "Source Sans 3 Beside Han", file: "source-sans-3-latin-wght-normal", from: "@fontsource-variable/source-sans-3", style: "normal", weight: "200 900", range: besideHan },
  { family: "Source Code Pro Variable", file: "source-code-pro-latin-wght-normal", from: "@fontsource-variable/source-code-pro", style: "normal", weight: "200 900", range: latin },
];
const css = [];
for (const face of faces) {
  await copyFile(join(modules, face.from, "files", `${face.file}.woff2`), join(out, "fonts", `${face.file}.woff2`));
  const range = face.range ? `unicode-range:${face.range};` : "";
  css.push(
    `@font-face{font-family:"${face.family}";font-style:${face.style};font-weight:${face.weight};font-display:swap;` +
      `src:url("fonts/${face.file}.woff2") format("woff2");${range}}`,
  );
}
css.push(...(await mathFaces(join(modules, "@fontsource/stix-two-math", "files", "stix-two-math-latin-400-normal.woff2"), join(out, "fonts"))));
await writeFile(join(out, "fonts.css"), css.join("\n") + "\n");

// The licences of what is built, in full, beside it.
const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
const notices = [];
for (const name of Object.keys(dependencies)) {
  const about = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
  const text = await readFile(join(modules, name, "LICENSE"), "utf8").catch(() => "");
  notices.push(`${name} ${about.version}: ${about.license}\n\n${text.trim()}\n`);
}
await writeFile(join(out, "NOTICES.txt"), notices.join("\n\n"));
