// Writes src/compute/data/imageNetClasses.ts: ImageNet's 1,000 classes in their usual order, with names that tell them apart.
//
//   npm run imagenet:names
//
// The WordNet ids and the words for them are from the package timm (Apache License 2.0), which is fetched with pip.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { root } from "./steps.mjs";

const VERSION = "1.0.9";
const folder = mkdtempSync(path.join(tmpdir(), "blindspot-timm-"));
try {
	execFileSync("python3", ["-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, `timm==${VERSION}`], {
		stdio: "inherit",
	});
	const [wheel] = readdirSync(folder);
	const files = unzipSync(readFileSync(path.join(folder, wheel)));
	const lines = (name) => Buffer.from(files[`timm/data/_info/${name}.txt`]).toString("utf8").trim().split(/\r?\n/);
	const words = new Map(lines("imagenet_synset_to_lemma").map((line) => line.split("\t")));
	const classes = lines("imagenet_synsets").map((id) => ({ id, names: words.get(id).split(", ") }));
	const uses = (name) => classes.filter(({ names }) => names[0] === name).length;
	const named = classes.map(({ id, names: [first] }) => `${id} ${uses(first) === 1 ? first : `${first} (${id})`}`);
	writeFileSync(
		path.join(root, "src", "compute", "data", "imageNetClasses.ts"),
		`/**
 * ImageNet's classes in the order that its networks have, a WordNet id and a name on each line. Written by
 * \`npm run imagenet:names\` from timm ${VERSION} (Apache License 2.0).
 */
export const IMAGENET_CLASSES = \`${named.join("\n")}\`;
`,
	);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
