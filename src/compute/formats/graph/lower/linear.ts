/** Products of matrices as nodes of the network. */
import { BlindspotError } from "../../../errors.js";
import type { Weight } from "../../../network/types.js";
import { type Activation, type Atom, freshAxes, type Origin, productOf } from "../activation.js";
import type { Value } from "../align.js";
import { asActivation, type Emitter } from "../emitter.js";
import { reshaped, strided, stridesOf, type Tensor, transposed } from "../tensor.js";

/**
 * `x·kernel` over one axis of the file's value, which gets the kernel's outputs instead. Where the network has the
 * axis's values in another order (flattened from NHWC), the kernel's rows are brought into that order.
 */
export function dense(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axis: number,
	kernel: Tensor,
	bias: Weight | null,
): Activation {
	const [into, out] = kernel.shape as [number, number];
	const inFile = x.axes[axis] as readonly Atom[];
	if (productOf(inFile) !== into)
		throw new BlindspotError(
			"unreadable-model",
			`${origin.type} '${origin.name}': ${productOf(inFile)} values meet a kernel of ${into} rows.`,
			origin.name,
		);
	const wanted = new Set(inFile);
	const memory = x.dims.flat();
	const tail = memory.slice(memory.length - inFile.length);
	const trails = tail.every((atom) => wanted.has(atom));
	const rows = trails ? tail : inFile;
	const arranged = trails
		? emitter.arrange(x, [...leading(x, memory.length - inFile.length), rows], origin)
		: emitter.isolateLast(x, axis, origin);
	const data = trails ? rowsInOrder(kernel, inFile, rows) : toFloat32(kernel);
	const node = emitter.layer(origin, { op: "Dense" }, [arranged.node], {
		kernel: { name: kernel.name, shape: [into, out], data },
		...(bias && { bias }),
	});
	const [fresh] = freshAxes([out]) as [Atom[]];
	return {
		kind: "activation",
		node: node.name,
		dims: [...arranged.dims.slice(0, -1), fresh],
		axes: arranged.axes.map((atoms, i) => (i === axis ? fresh : atoms)),
		pending: null,
	};
}

/** The node's axes that the first `count` atoms make; axes of 1 among them stay, but not before a flattened end. */
function leading(x: Activation, count: number): readonly (readonly Atom[])[] {
	const dims: Atom[][] = [];
	let taken = 0;
	for (const dim of x.dims) {
		if (taken >= count) break;
		const part = dim.slice(0, count - taken);
		taken += part.length;
		dims.push(part);
	}
	return dims.every((dim) => dim.length === 0) ? [] : dims;
}

function toFloat32({ data }: Tensor): Float32Array {
	return data instanceof Float32Array ? data : Float32Array.from(data);
}

function rowsInOrder(kernel: Tensor, inFile: readonly Atom[], wanted: readonly Atom[]): Float32Array {
	if (inFile.every((atom, i) => atom === wanted[i])) return toFloat32(kernel);
	const out = kernel.shape[1] as number;
	const strides = stridesOf(inFile.map(({ size }) => size));
	const steps = wanted.map((atom) => (strides[inFile.indexOf(atom)] as number) * out);
	const sizes = wanted.map(({ size }) => size);
	return Float32Array.from(strided("float32", toFloat32(kernel), [...sizes, out], [...steps, 1]));
}

/** NumPy's product of two values of any rank; at least one depends on the picture. */
export function matMul(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	if (b.kind === "tensor" && b.shape.length <= 2 && a.kind === "activation") {
		const kernel = b.shape.length === 2 ? b : reshaped(b, [...b.shape, 1]);
		const product = dense(emitter, origin, a, a.axes.length - 1, kernel, null);
		return b.shape.length === 2 ? product : withoutAxis(product, product.axes.length - 1);
	}
	if (a.kind === "tensor" && a.shape.length <= 2 && b.kind === "activation") {
		const axis = Math.max(0, b.axes.length - 2);
		const kernel = a.shape.length === 2 ? transposed(a, [1, 0]) : reshaped(a, [...a.shape, 1]);
		const product = dense(emitter, origin, b, axis, kernel, null);
		return a.shape.length === 2 ? product : withoutAxis(product, axis);
	}
	return matrixProduct(emitter, origin, asActivation(emitter, origin, a), asActivation(emitter, origin, b));
}

function matrixProduct(emitter: Emitter, origin: Origin, a: Activation, b: Activation): Activation {
	const rank = Math.max(2, a.axes.length, b.axes.length);
	const left = a.axes.length === 1 ? [[], ...a.axes] : a.axes;
	const right = b.axes.length === 1 ? [...b.axes, []] : b.axes;
	const padded = [left, right].map((axes) => [...Array<Atom[]>(rank - axes.length).fill([]), ...axes]);
	// Leading axes of 1 in both, as the batch, stay out of the network.
	let ones = 0;
	while (ones < rank - 2 && padded.every((axes) => axes[ones]?.length === 0)) ones++;
	const nodes = [a, b].map((x, i) => emitter.arrange(x, (padded[i] as Atom[][]).slice(ones), origin).node);
	const node = emitter.layer(origin, { op: "MatMul" }, nodes);
	const dims = freshAxes(node.outputShape);
	const axes = [...Array<Atom[]>(ones).fill([]), ...dims];
	if (a.axes.length === 1) axes.splice(axes.length - 2, 1);
	if (b.axes.length === 1) axes.pop();
	return { kind: "activation", node: node.name, dims, axes, pending: null };
}

function withoutAxis(x: Activation, axis: number): Activation {
	return { ...x, axes: x.axes.filter((_, i) => i !== axis) };
}
