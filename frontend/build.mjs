/* Bundle css/ and js/ into dist/loikka/. `node build.mjs --watch` rebuilds on every change. */
import { cp, rm } from "node:fs/promises";
import * as esbuild from "esbuild";

const out = "dist/loikka";
const options = {
  entryPoints: [
    { in: "css/index.css", out: "app" },
    { in: "js/app.js", out: "app" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  // What Baseline calls "widely available" plus light-dark(), nesting and OKLCH, which the styles are written in.
  target: ["chrome123", "firefox128", "safari17.5"],
  chunkNames: "chunks/[name]-[hash]",
  sourcemap: false,
  legalComments: "linked",
  logLevel: "info",
};

// The service worker stands alone at /sw.js and is no module: not every browser takes one there.
const worker = { ...options, entryPoints: [{ in: "js/sw.js", out: "sw" }], splitting: false, format: "iife" };

await rm("dist", { recursive: true, force: true });
await cp("static", out, { recursive: true });
if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, minify: false });
  await context.watch();
  await esbuild.build(worker);
} else {
  await esbuild.build(options);
  await esbuild.build(worker);
}
