/** Weights as files store them, made float32. All little-endian. */
import { bfloatToNumber, halfToNumber } from "../math/halfFloats.js";

/** Element types that weights are stored in. */
export type ElementType = "float16" | "bfloat16" | "float32" | "float64" | "int32" | "uint16" | "uint8";

export const BYTES_PER_ELEMENT: Readonly<Record<ElementType, number>> = {
	float16: 2,
	bfloat16: 2,
	float32: 4,
	float64: 8,
	int32: 4,
	uint16: 2,
	uint8: 1,
};

/** The bytes as float32 values; their length must be a multiple of the element's size. */
export function toFloat32(bytes: Uint8Array, type: ElementType): Float32Array {
	// Every platform that VS Code runs on is little-endian; a copy aligns the bytes.
	if (type === "float32") return new Float32Array(new Uint8Array(bytes).buffer);
	const width = BYTES_PER_ELEMENT[type];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const values = new Float32Array(bytes.byteLength / width);
	const read = READ[type];
	for (let i = 0; i < values.length; i++) values[i] = read(view, i * width);
	return values;
}

const READ: Readonly<Record<ElementType, (view: DataView, at: number) => number>> = {
	float16: (view, at) => halfToNumber(view.getUint16(at, true)),
	bfloat16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
	float32: (view, at) => view.getFloat32(at, true),
	float64: (view, at) => view.getFloat64(at, true),
	int32: (view, at) => view.getInt32(at, true),
	uint16: (view, at) => view.getUint16(at, true),
	uint8: (view, at) => view.getUint8(at),
};

/** Says that a weight holds values that are no numbers, where it does. */
export function warnOfOddValues(name: string, data: ArrayLike<number>, warn: (message: string) => void): void {
	let odd = 0;
	for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) odd++;
	const values = odd === 1 ? "1 value that is" : `${odd} values that are`;
	if (odd > 0) warn(`Weight '${name}' holds ${values} NaN or infinite.`);
}
