/**
 * How each digit is drawn: the strokes of a pen, in several styles. Points are in the unit square, x to the right
 * and y down. A `curve` passes through its points smoothly, a `line` with corners.
 */
export type Point = readonly [x: number, y: number];

export interface Stroke {
	readonly kind: "line" | "curve";
	readonly points: readonly Point[];
}

export interface DigitStyle {
	readonly name: string;
	readonly strokes: readonly Stroke[];
}

const line = (...points: Point[]): Stroke => ({ kind: "line", points });
const curve = (...points: Point[]): Stroke => ({ kind: "curve", points });

/** Points around an ellipse, clockwise from the top; `turn` is the part of the full round, 1 for all of it. */
function round(x: number, y: number, width: number, height: number, start = 0, turn = 1): Point[] {
	const steps = Math.max(3, Math.round(12 * turn));
	return Array.from({ length: steps + 1 }, (_, i) => {
		const angle = 2 * Math.PI * (start + (turn * i) / steps);
		return [x + width * Math.sin(angle), y - height * Math.cos(angle)] as const;
	});
}

/** The styles of digit `i` at index `i`. */
export const DIGIT_STYLES: readonly (readonly DigitStyle[])[] = [
	[
		{ name: "oval", strokes: [curve(...round(0.5, 0.5, 0.36, 0.48))] },
		{ name: "slim", strokes: [curve(...round(0.5, 0.5, 0.25, 0.48, 0.05))] },
		{ name: "open at the top", strokes: [curve(...round(0.5, 0.5, 0.34, 0.48, 0.06, 0.9))] },
	],
	[
		{ name: "plain", strokes: [line([0.5, 0.02], [0.5, 0.98])] },
		{ name: "with a serif", strokes: [line([0.3, 0.22], [0.54, 0.02], [0.54, 0.98])] },
		{ name: "with a base", strokes: [line([0.32, 0.2], [0.52, 0.02], [0.52, 0.97]), line([0.3, 0.98], [0.74, 0.98])] },
	],
	[
		{
			name: "straight base",
			strokes: [
				curve(
					[0.2, 0.26],
					[0.3, 0.08],
					[0.52, 0.02],
					[0.74, 0.1],
					[0.8, 0.28],
					[0.68, 0.5],
					[0.44, 0.74],
					[0.18, 0.97],
				),
				line([0.18, 0.97], [0.84, 0.97]),
			],
		},
		{
			name: "looped base",
			strokes: [
				curve(
					[0.2, 0.22],
					[0.36, 0.05],
					[0.6, 0.04],
					[0.75, 0.2],
					[0.7, 0.42],
					[0.5, 0.68],
					[0.28, 0.9],
					[0.16, 0.86],
					[0.26, 0.76],
					[0.48, 0.86],
					[0.68, 0.97],
					[0.88, 0.86],
				),
			],
		},
	],
	[
		{
			name: "round",
			strokes: [
				curve(
					[0.2, 0.16],
					[0.4, 0.03],
					[0.66, 0.06],
					[0.76, 0.24],
					[0.64, 0.42],
					[0.42, 0.47],
					[0.68, 0.53],
					[0.8, 0.72],
					[0.68, 0.92],
					[0.42, 0.98],
					[0.18, 0.86],
				),
			],
		},
		{
			name: "flat top",
			strokes: [
				line([0.2, 0.04], [0.76, 0.04], [0.46, 0.4]),
				curve([0.46, 0.4], [0.7, 0.47], [0.8, 0.68], [0.68, 0.91], [0.42, 0.98], [0.18, 0.87]),
			],
		},
	],
	[
		{ name: "open", strokes: [line([0.24, 0.04], [0.18, 0.56], [0.84, 0.56]), line([0.68, 0.08], [0.66, 0.98])] },
		{ name: "closed", strokes: [line([0.66, 0.98], [0.66, 0.02], [0.14, 0.68], [0.88, 0.68])] },
		{
			name: "curved",
			strokes: [curve([0.22, 0.06], [0.18, 0.36], [0.32, 0.54], [0.76, 0.5]), line([0.78, 0.04], [0.7, 0.98])],
		},
	],
	[
		{
			name: "separate bar",
			strokes: [
				curve(
					[0.28, 0.05],
					[0.24, 0.42],
					[0.5, 0.38],
					[0.76, 0.5],
					[0.8, 0.72],
					[0.64, 0.93],
					[0.4, 0.98],
					[0.18, 0.87],
				),
				line([0.28, 0.05], [0.78, 0.04]),
			],
		},
		{
			name: "one stroke",
			strokes: [
				curve(
					[0.78, 0.06],
					[0.5, 0.04],
					[0.3, 0.14],
					[0.28, 0.36],
					[0.5, 0.46],
					[0.72, 0.6],
					[0.74, 0.82],
					[0.52, 0.97],
					[0.22, 0.9],
				),
			],
		},
	],
	[
		{
			name: "curled",
			strokes: [
				curve(
					[0.7, 0.04],
					[0.42, 0.2],
					[0.24, 0.5],
					[0.22, 0.76],
					[0.38, 0.96],
					[0.62, 0.96],
					[0.78, 0.78],
					[0.68, 0.58],
					[0.46, 0.55],
					[0.26, 0.7],
				),
			],
		},
		{
			name: "straight",
			strokes: [line([0.36, 0.02], [0.26, 0.68]), curve(...round(0.5, 0.74, 0.25, 0.23, 0.75))],
		},
	],
	[
		{ name: "plain", strokes: [line([0.16, 0.05], [0.82, 0.05], [0.42, 0.98])] },
		{ name: "with a bar", strokes: [line([0.18, 0.05], [0.82, 0.05], [0.42, 0.98]), line([0.34, 0.5], [0.78, 0.48])] },
		{
			name: "with a hook",
			strokes: [
				line([0.18, 0.2], [0.18, 0.05], [0.82, 0.05]),
				curve([0.82, 0.05], [0.62, 0.4], [0.5, 0.7], [0.46, 0.98]),
			],
		},
	],
	[
		{
			name: "one stroke",
			strokes: [
				curve(
					[0.74, 0.14],
					[0.52, 0.02],
					[0.28, 0.14],
					[0.34, 0.36],
					[0.6, 0.54],
					[0.76, 0.76],
					[0.52, 0.98],
					[0.25, 0.78],
					[0.4, 0.54],
					[0.66, 0.36],
					[0.74, 0.14],
				),
			],
		},
		{
			name: "two rings",
			strokes: [curve(...round(0.5, 0.25, 0.23, 0.23, 0.5)), curve(...round(0.5, 0.74, 0.28, 0.25))],
		},
	],
	[
		{
			name: "straight",
			strokes: [curve(...round(0.48, 0.29, 0.26, 0.26, 0.25)), line([0.75, 0.2], [0.7, 0.98])],
		},
		{
			name: "curved",
			strokes: [
				curve(
					[0.74, 0.24],
					[0.56, 0.04],
					[0.3, 0.12],
					[0.24, 0.36],
					[0.44, 0.52],
					[0.68, 0.42],
					[0.76, 0.2],
					[0.76, 0.56],
					[0.62, 0.9],
					[0.3, 0.95],
				),
			],
		},
	],
];
