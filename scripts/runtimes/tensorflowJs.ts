/** As much of TensorFlow.js with its own readers as is needed to run a model.json one picture at a time, in plain JavaScript. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

interface Tensor {
	dataSync(): Float32Array;
}
interface Model {
	readonly inputs: readonly { readonly name: string; readonly shape?: readonly number[] }[];
	predict(x: Tensor): Tensor;
	execute(inputs: Readonly<Record<string, Tensor>>, node: string): Tensor;
}
interface Core {
	tensor(data: Float32Array, shape: readonly number[]): Tensor;
	setBackend(name: string): Promise<boolean>;
	readonly io: { fromMemory(artifacts: Artifacts): object };
}
interface Artifacts {
	readonly modelTopology: object;
	readonly weightSpecs: readonly object[];
	readonly weightData: ArrayBuffer;
}
interface Manifest {
	readonly format?: string;
	readonly modelTopology: object;
	readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly object[] }[];
}

/** The outputs of each picture. `output` names a node of a GraphModel; null for what the model gives itself. */
export async function tensorflowJsOutputs(
	folder: string,
	file: string,
	pictures: readonly Float32Array[],
	shape: readonly number[],
	output: string | null,
): Promise<readonly Float32Array[]> {
	const load = createRequire(path.join(path.resolve(folder), "package.json"));
	const core = load("@tensorflow/tfjs-core") as Core;
	load("@tensorflow/tfjs-backend-cpu");
	await core.setBackend("cpu");
	const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
	const shards = manifest.weightsManifest.flatMap(({ paths }) =>
		paths.map((name) => readFileSync(path.join(path.dirname(file), name))),
	);
	const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
	const weightSpecs = manifest.weightsManifest.flatMap(({ weights }) => weights);
	const handler = core.io.fromMemory({ modelTopology: manifest.modelTopology, weightSpecs, weightData });
	const model =
		manifest.format === "graph-model"
			? await (load("@tensorflow/tfjs-converter") as { loadGraphModel(from: object): Promise<Model> }).loadGraphModel(
					handler,
				)
			: await (load("@tensorflow/tfjs-layers") as { loadLayersModel(from: object): Promise<Model> }).loadLayersModel(
					handler,
				);
	// Others, such as a placeholder in mid-graph, don't lead to the output that is named.
	const input = model.inputs.find((place) => place.shape?.length === shape.length + 1)?.name ?? "";
	return pictures.map((picture) => {
		const x = core.tensor(picture, [1, ...shape]);
		return (output === null ? model.predict(x) : model.execute({ [input]: x }, output)).dataSync().slice();
	});
}
