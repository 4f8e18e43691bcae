import { describe, expect, it } from "vitest";
import { expectRefusal, readBytes } from "../reading.js";
import {
	from,
	functional,
	groupAt,
	h5Bytes,
	h5Model,
	input,
	kerasArchive,
	layer,
	put,
	sequential,
	values,
} from "../writers.js";

const DENSE = { units: 3, use_bias: false };
const BATCH_NORM = {
	"bn/gamma:0": values([3], 1),
	"bn/beta:0": values([3], 10),
	"bn/moving_mean:0": values([3], 20),
	"bn/moving_variance:0": values([3], 30),
};

describe(".h5", () => {
	const config = sequential([input([3]), layer("Dense", "d", { units: 3 }), layer("BatchNormalization", "bn")]);
	const weights = { d: { "d/kernel:0": values([3, 3]), "d/bias:0": values([3], 50) }, bn: BATCH_NORM };

	it.each([1, 2, 3])("finds weights by name, their list in %i attributes", async (parts) => {
		const network = await readBytes(await h5Model({ config, weights, parts }), "m.h5");
		expect(network.format).toBe("keras-h5");
		const [, dense, norm] = network.nodes;
		expect([...(dense?.weights.kernel?.data ?? [])]).toEqual(values([3, 3]).data);
		expect(dense?.weights.bias?.data[0]).toBe(50 / 16);
		expect(norm?.weights.variance?.data[0]).toBe(30 / 16);
	});

	it("finds the weights of a renamed layer, which keep their old names, and Keras 3's names", async () => {
		const renamed = { d: { "old_1/kernel:0": values([3, 3]), "old_1/bias:0": values([3]) }, bn: BATCH_NORM };
		expect((await readBytes(await h5Model({ config, weights: renamed }), "m.h5")).nodes).toHaveLength(3);
		const modern = { d: { "sequential/d/kernel": values([3, 3]), "sequential/d/bias": values([3]) }, bn: BATCH_NORM };
		const network = await readBytes(await h5Model({ config, weights: modern, kerasVersion: "3.9.0" }), "m.h5");
		expect(network.nodes).toHaveLength(3);
	});

	it("finds the weights of nested models by the layers' names", async () => {
		const inner = functional(
			[input([3], "i"), layer("Dense", "a", DENSE, from("i")), layer("Dense", "b", DENSE, from("a"))],
			{
				inputs: [["i", 0, 0]],
				outputs: [["b", 0, 0]],
			},
		);
		const network = await readBytes(
			await h5Model({
				config: functional([input([3]), { ...inner, name: "out", inbound_nodes: from("in") }]),
				weights: { out: { "b/kernel:0": values([3, 3], 7), "out/a/kernel:0": values([3, 3], 1) } },
			}),
			"m.h5",
		);
		expect(network.nodes.map((node) => node.weights.kernel?.data[0])).toEqual([undefined, 1 / 16, 7 / 16]);
	});

	it("reads layer names with slashes and old and new object headers alike", async () => {
		const slashed = sequential([input([3]), layer("Dense", "block/d", DENSE)]);
		const own = { "block/d": { "block/d/kernel:0": values([3, 3]) } };
		expect((await readBytes(await h5Model({ config: slashed, weights: own }), "m.h5")).nodes).toHaveLength(2);
		const bytes = await h5Bytes((file) => {
			file.create_attribute("model_config", JSON.stringify(slashed));
			groupAt(file, "model_weights/block/d").create_attribute("weight_names", ["k/kernel"]);
			put(file, "model_weights/block/d/k/kernel", values([3, 3]));
		}, true);
		expect((await readBytes(bytes, "m.h5")).nodes).toHaveLength(2);
	});

	it("reads compressed and float64 weights", async () => {
		const bytes = await h5Model({
			config: sequential([input([3]), layer("Dense", "d", { units: 3 })]),
			weights: {},
			also: (file) => {
				const group = groupAt(file, "model_weights/d");
				group.create_attribute("weight_names", ["kernel", "bias"]);
				group.create_dataset({
					name: "kernel",
					data: new Float32Array(9).fill(2),
					shape: [3, 3],
					chunks: [3, 3],
					compression: 4,
				});
				group.create_dataset({ name: "bias", data: new Float64Array([1, 2, 3]), shape: [3] });
			},
		});
		const [, dense] = (await readBytes(bytes, "m.h5")).nodes;
		expect(dense?.weights.kernel?.data[8]).toBe(2);
		expect([...(dense?.weights.bias?.data ?? [])]).toEqual([1, 2, 3]);
	});

	it("says when a weight is missing, has another shape, or the file holds weights only", async () => {
		const missing = h5Model({ config, weights: { ...weights, d: { "d/kernel:0": values([3, 3]) } } });
		await expectRefusal(
			missing.then((bytes) => readBytes(bytes, "m.h5")),
			"unreadable-model",
			"'bias' of layer 'd' is not in the file; found: d/kernel:0",
		);
		const wrong = h5Model({ config, weights: { ...weights, d: { ...weights.d, "d/kernel:0": values([3, 4]) } } });
		await expectRefusal(
			wrong.then((bytes) => readBytes(bytes, "m.h5")),
			"unreadable-model",
			"has the shape 3×4; its layer needs 3×3",
		);
		const bare = h5Bytes((file) => put(file, "d/kernel", values([3, 3])));
		await expectRefusal(
			bare.then((bytes) => readBytes(bytes, "m.h5")),
			"unreadable-model",
			"weights only",
		);
	});

	it("is read by its content, whatever it is called", async () => {
		expect((await readBytes(await h5Model({ config, weights }), "model.keras")).format).toBe("keras-h5");
	});
});

describe(".keras", () => {
	it("finds weights by class and position, not by layer name", async () => {
		const config = sequential([
			input([3]),
			layer("Dense", "zebra", DENSE),
			layer("PReLU", "p"),
			layer("BatchNormalization", "n", { center: false }),
			layer("Dense", "ape", DENSE),
			layer("PReLU", "q"),
		]);
		const network = await readBytes(
			await kerasArchive(config, {
				"layers/dense/vars/0": values([3, 3], 1),
				"layers/dense_1/vars/0": values([3, 3], 100),
				"layers/p_re_lu/vars/0": values([3], 200),
				"layers/p_re_lu_1/vars/0": values([3], 300),
				"layers/batch_normalization/vars/0": values([3], 400),
				"layers/batch_normalization/vars/1": values([3], 500),
				"layers/batch_normalization/vars/2": values([3], 600),
			}),
			"m.keras",
		);
		expect(network.format).toBe("keras-v3");
		const [, zebra, p, norm, ape, q] = network.nodes;
		expect(zebra?.weights.kernel?.data[0]).toBe(1 / 16);
		expect(ape?.weights.kernel?.data[0]).toBe(100 / 16);
		expect(p?.weights.alpha?.data[0]).toBe(200 / 16);
		expect(q?.weights.alpha?.data[0]).toBe(300 / 16);
		expect(norm?.weights.gamma?.data[0]).toBe(400 / 16);
		expect(norm?.weights.mean?.data[0]).toBe(500 / 16);
		expect(norm?.weights.variance?.data[0]).toBe(600 / 16);
		expect(zebra?.weights.kernel?.name).toBe("zebra/kernel");
	});

	it("finds the weights of nested models below their own place", async () => {
		const head = sequential([layer("Dense", "d", DENSE)]);
		const config = sequential([
			input([3]),
			layer("Dense", "d", DENSE),
			{ ...head, name: "one" },
			{ ...head, name: "two" },
		]);
		const network = await readBytes(
			await kerasArchive(config, {
				"layers/dense/vars/0": values([3, 3], 1),
				"layers/sequential/layers/dense/vars/0": values([3, 3], 2),
				"layers/sequential_1/layers/dense/vars/0": values([3, 3], 3),
			}),
			"m.keras",
		);
		expect(network.nodes.map((node) => node.weights.kernel?.data[0])).toEqual([undefined, 1 / 16, 2 / 16, 3 / 16]);
	});

	it("finds weights where TensorFlow 2.13 put them", async () => {
		const config = sequential([input([3]), layer("Dense", "d", DENSE)]);
		const weights = { "_layer_checkpoint_dependencies/dense/vars/0": values([3, 3]) };
		expect((await readBytes(await kerasArchive(config, weights, "2.13.1"), "m.keras")).nodes).toHaveLength(2);
	});

	it("knows Keras 3 from Keras 2 by metadata.json", async () => {
		const config = sequential([input([3]), layer("Activation", "a", { activation: "hard_sigmoid" })]);
		const slope = async (version: string) => {
			const [, node] = (await readBytes(await kerasArchive(config, {}, version), "m.keras")).nodes;
			return node?.operation.op === "Pointwise" && node.operation.function.fn === "hardSigmoid"
				? node.operation.function.slope
				: null;
		};
		expect(await slope("3.0.1")).toBe(1 / 6);
		expect(await slope("2.15.0")).toBe(0.2);
	});

	it("names what it has instead of a weight that is missing", async () => {
		const config = sequential([input([3]), layer("Dense", "d", { units: 3 })]);
		const archive = await kerasArchive(config, { "layers/dense/vars/0": values([3, 3]) });
		await expectRefusal(readBytes(archive, "m.keras"), "unreadable-model", "found: /layers/dense/vars/0");
	});
});
