/** Values of images in an `.npz` archive, brought to [0, 1] where they can mean one thing only. */
import type { NpyArray, NpyData } from "./npy.js";

/** Bytes as they are, 16-bit words, or fractions from 0 to 1. */
export type PixelValues = Uint8Array | Uint16Array | Float32Array;

/** Rounding of what was computed in float32 or saved with a small constant added. */
const SLACK = 1e-3;

/**
 * Bytes are bytes, booleans black and white. Integers up to 255 are bytes too, or black and white where there are only 0 and 1;
 * 16-bit ones that use the upper half of their range are fractions of 65,535. Floats in [0, 1] are fractions, in [0, 255]
 * bytes; in [-1, 1] they are -1 for black, where they reach nearly both ends or lie on the 256 levels. Returns what is
 * wrong, for people, for anything else.
 */
export function pixelValues({ type, data }: NpyArray): PixelValues | string {
	if (type === "b1") return Uint8Array.from(data, (value) => 255 * value);
	if (data instanceof Uint8Array) return data;
	const { least, most } = extremes(data);
	if (!Number.isFinite(least) || !Number.isFinite(most))
		return `holds ${Number.isNaN(least) ? "NaN" : "infinite values"}`;
	const outside = `holds values from ${short(least)} to ${short(most)}`;
	if (type.startsWith("f")) return fractions(data, least, most) ?? `${outside}; values must be 0..1, -1..1 or 0..255`;
	if (least < 0) return `${outside}; integers must be 0..255`;
	if (most <= 1) return Uint8Array.from(data, (value) => 255 * value);
	if (most <= 255) return Uint8Array.from(data);
	if (data instanceof Uint16Array && most > 32_767) return data;
	return `${outside}; integers must be 0..255 (save others as floats in 0..1)`;
}

function fractions(data: NpyData, least: number, most: number): PixelValues | null {
	const clipped = (value: number) => Math.max(0, Math.min(1, value));
	if (least >= -SLACK && most <= 1 + SLACK) return Float32Array.from(data, clipped);
	if (least >= -SLACK && most > 2 && most <= 255 + SLACK) {
		const isWhole = data.every((value) => Number.isInteger(value));
		return isWhole ? Uint8Array.from(data) : Float32Array.from(data, (value) => clipped(value / 255));
	}
	if (least < -1 - SLACK || most > 1 + SLACK || least >= 0) return null;
	const isOnLevels = data.every((value) => Math.abs(127.5 * value + 127.5 - Math.round(127.5 * value + 127.5)) < 0.02);
	if (isOnLevels) return Uint8Array.from(data, (value) => Math.round(127.5 * value + 127.5));
	return least < -0.95 && most > 0.95 ? Float32Array.from(data, (value) => clipped((value + 1) / 2)) : null;
}

function extremes(data: NpyData): { readonly least: number; readonly most: number } {
	let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (let i = 0; i < data.length; i++) {
		const value = data[i] as number;
		if (Number.isNaN(value)) return { least: value, most: value };
		if (value < least) least = value;
		if (value > most) most = value;
	}
	return { least, most };
}

function short(value: number): string {
	return String(Number(value.toPrecision(4)));
}
