import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePackage } from "../scripts/package.mjs";

const run = promisify(execFile);

/** What may be in the package; whatever else gets in has to be wanted, and added here. */
const allowed = [
	/^\[Content_Types\]\.xml$/,
	/^extension\.vsixmanifest$/,
	/^extension\/(package(\.nls(\.[a-z-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
	/^extension\/media\/[\w./-]+\.(svg|png|md|json)$/,
	/^extension\/examples\/[\w./-]+\.(png|json|keras|bin|md)$/,
	/^extension\/dist\/(extension|host|readerProcess|cli)\.js(\.LEGAL\.txt)?$/,
	/^extension\/dist\/wasm\/tfjs-backend-wasm(-simd)?\.wasm$/,
	/^extension\/dist\/webviews\/\w+\.(js|css)(\.LEGAL\.txt)?$/,
	/^extension\/dist\/node_modules\/(sharp|detect-libc|semver|tslib|@emnapi\/runtime|@img\/(colour|sharp-wasm32))\/.*(\.c?js|\.json|\.wasm|LICENSE(\.md|\.txt)?|CopyrightNotice\.txt)$/,
];

let file: string;
let folder: string;
let contents: Record<string, Uint8Array>;

beforeAll(async () => {
	// Outside the clone, so that no node_modules is in reach.
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-package-"));
	file = await makePackage(folder);
	contents = unzipSync(readFileSync(file));
	for (const [name, data] of Object.entries(contents)) {
		mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(folder, name), data);
	}
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
	test("holds what runs, and nothing else", () => {
		const names = Object.keys(contents).filter((name) => !name.endsWith("/"));
		expect(names.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
		for (const entry of ["extension", "host", "readerProcess", "cli"]) {
			expect(names).toContain(`extension/dist/${entry}.js`);
		}
		expect(names.filter((name) => name.endsWith(".node"))).toEqual([]);
	});

	test("is of a reasonable size", () => {
		// About 6 MB when this was written: 3 MB of it is sharp, 2 MB HDF5, 0.3 MB TensorFlow.js, each in WebAssembly.
		expect(statSync(file).size).toBeLessThan(8e6);
	});

	test("does not bring React, which the toolkit has as a peer", () => {
		expect(new TextDecoder().decode(contents["extension/dist/webviews/adversarial.js"])).not.toMatch(
			/react\.production|react-dom|__REACT_DEVTOOLS/i,
		);
	});

	test("names no folder of the machine that made it", () => {
		const home = path.resolve(import.meta.dirname, "..");
		const naming = Object.entries(contents).filter(
			([name, data]) => /\.(js|json)$/.test(name) && Buffer.from(data).includes(home),
		);
		expect(naming.map(([name]) => name)).toEqual([]);
	});

	test.each(["png", "jpeg", "webp", "gif"] as const)("decodes a %s by itself", async (format) => {
		const picture = path.join(folder, `picture.${format}`);
		const color = { r: 200, g: 120, b: 40 };
		await sharp({ create: { width: 24, height: 16, channels: 3, background: color } })
			.toFormat(format)
			.toFile(picture);
		const script = path.join(folder, "extension", "dist", "decode.cjs");
		writeFileSync(script, decode);
		const { stdout } = await run(process.execPath, [script, picture], { cwd: folder });
		const { width, height, pixel, addons } = JSON.parse(stdout) as Decoded;
		expect([width, height]).toEqual([24, 16]);
		// One colour survives every format but for rounding between colour spaces and GIF's palette.
		for (const [channel, value] of [color.r, color.g, color.b].entries()) {
			expect(Math.abs((pixel[channel] ?? Number.NaN) - value)).toBeLessThanOrEqual(4);
		}
		expect(addons).toEqual([]);
	});
	test.each(["wasm", "js"])(
		"reads a model and a picture of the examples from the command line, computing in %s",
		async (backend) => {
			const examples = path.resolve(import.meta.dirname, "..", "examples");
			const cli = path.join(folder, "extension", "dist", "cli.js");
			const model = path.join(examples, "models", "cnn.keras");
			const picture = path.join(examples, "pictures", "two.png");
			const args = [cli, "predict", model, picture, "--backend", backend, "--json"];
			const { stdout } = await run(process.execPath, args, { cwd: folder });
			const { images } = JSON.parse(stdout) as Predicted;
			expect(images.map(({ top }) => top[0]?.name)).toEqual(["2"]);
		},
	);
});

interface Predicted {
	readonly images: readonly { readonly top: readonly { readonly name: string }[] }[];
}

interface Decoded {
	readonly width: number;
	readonly height: number;
	readonly pixel: readonly number[];
	/** Modules from outside the package, and native ones. */
	readonly addons: readonly string[];
}

const decode = `
const sharp = require("sharp");
const path = require("node:path");
sharp(process.argv[2]).raw().toBuffer({ resolveWithObject: true }).then(({ data, info }) => {
	const loaded = Object.keys(require.cache);
	console.log(JSON.stringify({
		width: info.width,
		height: info.height,
		pixel: [...data.subarray(0, 3)],
		addons: loaded.filter((file) => file.endsWith(".node") || path.relative(__dirname, file).startsWith("..")),
	}));
});
`;
