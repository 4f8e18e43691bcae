import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readDirections } from "../../../src/compute/activations/probe/directionFile.js";
import { readCifar } from "../../../src/compute/data/cifar.js";
import { readClassFile } from "../../../src/compute/data/classFiles.js";
import { readConfiguration } from "../../../src/compute/data/configuration.js";
import { openDataset } from "../../../src/compute/data/dataset.js";
import { readIdxImages, readIdxLabels } from "../../../src/compute/data/idx.js";
import { readNpz } from "../../../src/compute/data/npz.js";
import { loadPicture } from "../../../src/compute/data/pictures.js";
import { readSideFiles } from "../../../src/compute/data/sideFiles.js";
import { isModelFile } from "../../../src/compute/formats/discover.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { ModelFiles } from "../../../src/compute/formats/source.js";
import { ReportStore } from "../../../src/webviews/reportStore.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const options = { inputSize: null };
const wanted = { width: 8, height: 8, channels: 3, fit: "crop" } as const;

/** A pipe that nobody writes to: opening it waits for ever. */
function pipe(name: string): string {
	const path = join(folder.path, name);
	mkdirSync(dirname(path), { recursive: true });
	execFileSync("mkfifo", [path]);
	return path;
}

describe.skipIf(process.platform === "win32")("a named pipe is refused at once as", () => {
	it.each<[string, string, (path: string) => Promise<unknown>]>([
		["a picture", "x.png", (path) => loadPicture(path, wanted)],
		["class names", "names.txt", readClassFile],
		["a configuration", "blindspot.json", readConfiguration],
		["directions", "own.json", readDirections],
		["a data set", "data", openDataset],
		["a CIFAR batch", "data_batch_1.bin", openDataset],
		["a CIFAR batch, read", "data_batch_2.bin", readCifar],
		["IDX images", "images.idx3-ubyte", readIdxImages],
		["IDX labels", "labels.idx1-ubyte", (path) => readIdxLabels(path, 1)],
		["an archive of arrays", "x.npz", (path) => readNpz(path, ["x"])],
		["a weight file", "weights.bin", (path) => new ModelFiles().read(path)],
		...["model.json", "model.onnx", "model.keras", "model.h5", "saved_model.pb", "model.tflite"].map(
			(name): [string, string, (path: string) => Promise<unknown>] => [
				`the model ${name}`,
				`models/${name}`,
				(path) => readModel(path, options),
			],
		),
	])("%s", async (_what, name, read) => {
		await expect(read(pipe(name))).rejects.toThrow(/not a regular file/);
	});

	it("a model that a search comes by", async () => {
		expect(await isModelFile(pipe("found/anything.json"))).toBe(false);
	});

	it("files beside a model", async () => {
		for (const name of ["labels.txt", "metadata.json", "config.json", "preprocessor_config.json", "my_labels.json"])
			pipe(`beside/${name}`);
		const found = await readSideFiles(folder.write("beside/keras_model.h5", ""));
		expect(found).toMatchObject({ classLists: [], cards: [], teachableMachine: null });
		expect(found.warnings.join()).toContain("not a regular file");
	});

	it("a stored report", async () => {
		pipe("runs/x.blindspot");
		const store = new ReportStore({ folder: join(folder.path, "runs"), keep: () => 1, failed: () => undefined });
		expect(await store.list()).toEqual([]);
		await expect(store.load("x")).rejects.toThrow(/not a regular file/);
	});
});

describe("files are opened in one place", () => {
	const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../src");
	/** What opens a file, reads or writes it by its path. */
	const OPENING =
		/\b(open|openSync|readFile|readFileSync|createReadStream|writeFile|writeFileSync|createWriteStream)\b/;
	const allowed = new Map([
		["compute/data/files.ts", "the place"],
		["cli/requirements.ts", "the system's own account of this process"],
		["compute/processStatus.ts", "the same of another"],
		["compute/backend/native.ts", "the version that set-up wrote down, once it is known to be a file"],
	]);
	let opening: string[] = [];

	beforeAll(() => {
		const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
		opening = sources.filter((name) => {
			const text = readFileSync(join(root, name), "utf8");
			const imports = [...text.matchAll(/import ([^;]*?) from "node:fs(?:\/promises)?";/g)];
			return imports.some(([, names = ""]) => OPENING.test(names) || !names.startsWith("{"));
		});
	});

	it("and nowhere else", () => {
		expect(opening.map((name) => name.replaceAll("\\", "/")).sort()).toEqual([...allowed.keys()].sort());
	});
});
