/** Draws digits as a pen would, each time a little differently, and renders them with soft edges. */
import { Random } from "../../src/compute/math/random.js";
import { DIGIT_STYLES, type Point, type Stroke } from "./styles.js";

export interface Drawing {
	readonly digit: number;
	/** Name of the style, as in `DIGIT_STYLES`. */
	readonly style: string;
	/** Width and height in pixels. */
	readonly size: number;
	/** `size·size` grey values, light strokes on black, row by row. */
	readonly pixels: Uint8Array;
}

/** Side of the pictures that the example models take. */
export const PICTURE_SIZE = 28;

/** The paper's side is `PICTURE_SIZE` units, whatever the picture's size; lengths below are in these units. */
const GLYPH = { width: 15, height: 20 } as const;
/** Standard deviation of the noise added to every pixel, as a share of white. */
const NOISE = 0.015;
const SEGMENTS_PER_SPAN = 6;

/**
 * The drawing number `index` of a stream: always the same for the same seed, stream and index.
 *
 * @param stream names the set it belongs to; sets with different names or seeds share no drawing
 */
export function drawDigit(seed: number, stream: string, digit: number, index: number, size = PICTURE_SIZE): Drawing {
	const random = Random.stream(seed, "drawing", stream, digit, index);
	const styles = DIGIT_STYLES[digit];
	if (!styles) throw new RangeError(`${digit} is no digit`);
	const style = styles[random.integer(styles.length)]!;
	const place = placement(random);
	const pen = between(random, 0.9, 1.9);
	const paths = style.strokes.map((stroke) => wobbled(stroke, random).map(place));
	const ink = inked(paths, pen, size);
	const brightness = between(random, 0.8, 1);
	const pixels = Uint8Array.from(ink, (coverage) => {
		const value = coverage * brightness + NOISE * random.normal();
		return Math.round(255 * Math.min(1, Math.max(0, value)));
	});
	return { digit, style: style.name, size, pixels };
}

/** `count` drawings of a stream, the digits in turn: 0, 1, .. 9, 0, .. */
export function drawDigits(seed: number, stream: string, count: number): Drawing[] {
	const digits = DIGIT_STYLES.length;
	return Array.from({ length: count }, (_, i) => drawDigit(seed, stream, i % digits, Math.floor(i / digits)));
}

function between(random: Random, low: number, high: number): number {
	return low + (high - low) * random.uniform();
}

/** Moves the control points a little, each by itself, then follows the stroke through them. */
function wobbled(stroke: Stroke, random: Random): readonly Point[] {
	const moved = stroke.points.map(([x, y]): Point => [x + 0.022 * random.normal(), y + 0.022 * random.normal()]);
	return stroke.kind === "line" ? moved : smooth(moved);
}

/** A Catmull-Rom spline through the points, as short straight pieces. */
function smooth(points: readonly Point[]): readonly Point[] {
	const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))]!;
	const path: Point[] = [at(0)];
	for (let span = 0; span + 1 < points.length; span++) {
		const [a, b, c, d] = [at(span - 1), at(span), at(span + 1), at(span + 2)];
		for (let step = 1; step <= SEGMENTS_PER_SPAN; step++) {
			const t = step / SEGMENTS_PER_SPAN;
			const along = (axis: 0 | 1): number =>
				b[axis] +
				0.5 *
					t *
					(c[axis] -
						a[axis] +
						t *
							(2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis] + t * (3 * (b[axis] - c[axis]) + d[axis] - a[axis])));
			path.push([along(0), along(1)]);
		}
	}
	return path;
}

/** Where on the paper the unit square lands: scaled, slanted, turned and shifted. */
function placement(random: Random): (point: Point) => Point {
	const width = GLYPH.width * between(random, 0.8, 1.15);
	const height = GLYPH.height * between(random, 0.82, 1.08);
	const slant = 0.14 * random.normal();
	const angle = 0.09 * random.normal();
	const right = PICTURE_SIZE / 2 + between(random, -2, 2);
	const down = PICTURE_SIZE / 2 + between(random, -2, 2);
	return ([x, y]) => {
		const v = (y - 0.5) * height;
		const u = (x - 0.5) * width - slant * v;
		return [right + u * Math.cos(angle) - v * Math.sin(angle), down + u * Math.sin(angle) + v * Math.cos(angle)];
	};
}

/** How much of each pixel is covered, from its centre's distance to the nearest piece of a stroke. */
function inked(paths: readonly (readonly Point[])[], pen: number, size: number): Float32Array {
	const scale = size / PICTURE_SIZE;
	const radius = pen * scale;
	const ink = new Float32Array(size * size);
	for (const path of paths) {
		for (let i = 0; i + 1 < path.length; i++) {
			const [ax, ay] = scaled(path[i]!, scale);
			const [bx, by] = scaled(path[i + 1]!, scale);
			const reach = radius + 1;
			const [top, bottom] = pixelsBetween(Math.min(ay, by) - reach, Math.max(ay, by) + reach, size);
			const [left, right] = pixelsBetween(Math.min(ax, bx) - reach, Math.max(ax, bx) + reach, size);
			const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
			for (let row = top; row < bottom; row++) {
				for (let column = left; column < right; column++) {
					const x = column + 0.5 - ax;
					const y = row + 0.5 - ay;
					const along = lengthSquared > 0 ? (x * (bx - ax) + y * (by - ay)) / lengthSquared : 0;
					const t = Math.min(1, Math.max(0, along));
					const distance = Math.hypot(x - t * (bx - ax), y - t * (by - ay));
					const coverage = Math.min(1, Math.max(0, radius - distance + 0.5));
					const pixel = row * size + column;
					ink[pixel] = Math.max(ink[pixel]!, coverage);
				}
			}
		}
	}
	return ink;
}

function scaled([x, y]: Point, scale: number): Point {
	return [x * scale, y * scale];
}

function pixelsBetween(low: number, high: number, size: number): readonly [from: number, to: number] {
	return [Math.max(0, Math.floor(low)), Math.min(size, Math.ceil(high))];
}
