import { describe, expect, it } from "vitest";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { poolFirst } from "../../../src/compute/network/poolFirst.js";
import { NO_PADDING } from "../../../src/compute/network/shapes.js";
import type { Network, PointwiseFunction } from "../../../src/compute/network/types.js";
import { execute64 } from "../../reference/execute64.js";
import { normals } from "./agreement.js";

function pooled(f: PointwiseFunction, isReadTwice: boolean): Network {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("x", [5, 5, 2]);
	const add = (name: string, operation: Parameters<NetworkBuilder["add"]>[0]["operation"], inputs: string[]) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights: {} });
	const padding = { ...NO_PADDING, bottom: 1, right: 1 };
	add("f", { op: "Pointwise", function: f }, ["x"]);
	add("pool", { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding }, ["f"]);
	add("mean", { op: "GlobalAveragePool2D", keepDims: false }, ["pool"]);
	add("other", { op: "GlobalAveragePool2D", keepDims: false }, [isReadTwice ? "f" : "pool"]);
	add("y", { op: "Add" }, ["mean", "other"]);
	return builder.build("y");
}

function kinds({ nodes }: Network): string[] {
	return nodes.map(({ operation }) => operation.op);
}

describe("poolFirst", () => {
	it.each<PointwiseFunction>([{ fn: "relu" }, { fn: "tanh" }, { fn: "generalRelu", max: 1, slope: 0.1, threshold: 0 }])(
		"puts the pool before $fn, under the names that were there, with the same values",
		(f) => {
			const network = pooled(f, false);
			const turned = poolFirst(network);
			expect(kinds(turned).slice(0, 3)).toEqual(["Input", "MaxPool2D", "Pointwise"]);
			const input = normals(50);
			for (const name of ["pool", "y"]) expect(execute64(turned, input, name)).toEqual(execute64(network, input, name));
		},
	);

	it("leaves alone what doesn't increase, and what others read", () => {
		for (const network of [pooled({ fn: "swish" }, false), pooled({ fn: "relu" }, true)])
			expect(kinds(poolFirst(network))).toEqual(kinds(network));
	});
});
