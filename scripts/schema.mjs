/** Writes media/blindspot.schema.json, the JSON Schema of blindspot.json, from the definition that checks it. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "media", "blindspot.schema.json");

const { outputFiles } = await build({
	entryPoints: [join(root, "src", "compute", "data", "configurationSchema.ts")],
	bundle: true,
	write: false,
	format: "esm",
	platform: "node",
});
const code = Buffer.from(outputFiles[0].contents).toString("base64");
const { configurationJsonSchema } = await import(`data:text/javascript;base64,${code}`);
await writeFile(target, `${JSON.stringify(configurationJsonSchema(), null, "\t")}\n`);
execFileSync(process.execPath, [require.resolve("@biomejs/biome/bin/biome"), "format", "--write", target], {
	cwd: root,
});
console.log(`wrote ${target}`);
