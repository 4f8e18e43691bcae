/** Draws the visible part of a graph on a canvas. */
import { type GraphLayout, LAYER_BOX, type LayerReport } from "../../compute/modelDetails/report.js";
import { isWeighted } from "./words.js";

export interface GraphColours {
	readonly background: string;
	readonly foreground: string;
	readonly weak: string;
	readonly line: string;
	readonly filled: string;
	readonly selected: string;
	readonly selectedText: string;
	readonly focus: string;
	readonly warning: string;
	readonly edge: string;
	readonly font: string;
}

/** What of the picture is seen: `left` and `top` in layout pixels. */
export interface View {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
	readonly zoom: number;
}

export interface Bracket {
	readonly label: string;
	readonly top: number;
	readonly bottom: number;
}

export interface Drawing {
	readonly layers: readonly LayerReport[];
	readonly layout: GraphLayout;
	readonly brackets: readonly Bracket[];
	readonly selected: number;
	readonly found: ReadonlySet<number>;
	readonly colours: GraphColours;
}

const ROUNDING = 5;
/** Below this zoom words are no longer legible, and not drawn. */
const LEGIBLE = 0.45;

/** Stretches of layers with images of one size, for the left margin. */
export function bracketsOf(layers: readonly LayerReport[], { nodes }: GraphLayout): readonly Bracket[] {
	const runs: { readonly label: string; readonly top: number; bottom: number }[] = [];
	for (const [i, { outputShape }] of layers.entries()) {
		const [height, width] = outputShape;
		const label = outputShape.length === 3 ? `${height}×${width}` : "";
		const y = nodes[i]?.[1] ?? 0;
		const open = runs.at(-1);
		if (open?.label === label) open.bottom = Math.max(open.bottom, y);
		else runs.push({ label, top: y, bottom: y });
	}
	return runs.filter(({ label, top, bottom }) => label !== "" && bottom - top >= LAYER_BOX.pitch);
}

/** The layer at a point of the layout; null where there is none. */
export function layerAt({ nodes }: GraphLayout, x: number, y: number): number | null {
	const at = nodes.findIndex(
		([middle, row]) => Math.abs(x - middle) <= LAYER_BOX.width / 2 && Math.abs(y - row) <= LAYER_BOX.height / 2,
	);
	return at < 0 ? null : at;
}

/** Draws the part of the picture that the view shows; `scale` is the number of device pixels in a pixel. */
export function draw(context: CanvasRenderingContext2D, drawing: Drawing, view: View, scale: number): void {
	const { colours } = drawing;
	context.setTransform(scale, 0, 0, scale, 0, 0);
	context.fillStyle = colours.background;
	context.fillRect(0, 0, view.width, view.height);
	context.setTransform(
		scale * view.zoom,
		0,
		0,
		scale * view.zoom,
		-view.left * view.zoom * scale,
		-view.top * view.zoom * scale,
	);
	context.lineWidth = 1;
	context.font = `11px ${colours.font}`;
	context.textBaseline = "middle";
	const bounds = {
		left: view.left,
		top: view.top,
		right: view.left + view.width / view.zoom,
		bottom: view.top + view.height / view.zoom,
	};
	if (view.zoom >= LEGIBLE) drawBrackets(context, drawing, bounds);
	drawEdges(context, drawing, bounds);
	drawLayers(context, drawing, bounds, view.zoom >= LEGIBLE);
}

interface Bounds {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** Brackets stand left of the layout, which begins at 0. */
function drawBrackets(context: CanvasRenderingContext2D, { brackets, colours }: Drawing, bounds: Bounds): void {
	context.textAlign = "right";
	for (const { label, top, bottom } of brackets) {
		if (bottom < bounds.top || top > bounds.bottom) continue;
		const [from, to] = [top - LAYER_BOX.height / 2, bottom + LAYER_BOX.height / 2];
		context.strokeStyle = colours.line;
		context.beginPath();
		context.moveTo(-12.5, from);
		context.lineTo(-16.5, from);
		context.lineTo(-16.5, to);
		context.lineTo(-12.5, to);
		context.stroke();
		context.fillStyle = colours.weak;
		const middle = (Math.max(from, bounds.top) + Math.min(to, bounds.bottom)) / 2;
		context.fillText(label, -22, middle);
	}
}

function drawEdges(context: CanvasRenderingContext2D, drawing: Drawing, bounds: Bounds): void {
	const { layout, selected, colours } = drawing;
	const strokes = new Map<string, (typeof layout.edges)[number][]>();
	for (const edge of layout.edges) {
		if (!isNear(edge.points, bounds)) continue;
		const colour = edge.from === selected || edge.to === selected ? colours.focus : colours.edge;
		const known = strokes.get(colour);
		if (known) known.push(edge);
		else strokes.set(colour, [edge]);
	}
	for (const [colour, edges] of strokes) {
		context.strokeStyle = colour;
		context.fillStyle = colour;
		context.beginPath();
		for (const { points } of edges) trace(context, points);
		context.stroke();
		context.beginPath();
		for (const { points } of edges) arrowHead(context, points);
		context.fill();
	}
}

type Points = Drawing["layout"]["edges"][number]["points"];

function isNear(points: Points, { left, top, right, bottom }: Bounds): boolean {
	let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
	for (const [x, y] of points) {
		west = Math.min(west, x);
		east = Math.max(east, x);
		north = Math.min(north, y);
		south = Math.max(south, y);
	}
	return east >= left && west <= right && south >= top && north <= bottom;
}

/** A line through the points with rounded corners. */
function trace(context: CanvasRenderingContext2D, points: Points): void {
	const [first, ...rest] = points;
	if (!first) return;
	context.moveTo(first[0], first[1]);
	for (const [i, [x, y]] of rest.entries()) {
		const next = rest[i + 1];
		if (next) context.arcTo(x, y, next[0], next[1], ROUNDING);
		else context.lineTo(x, y);
	}
}

function arrowHead(context: CanvasRenderingContext2D, points: Points): void {
	const [end, before] = [points.at(-1), points.at(-2)];
	if (!end || !before) return;
	const angle = Math.atan2(end[1] - before[1], end[0] - before[0]);
	for (const [i, turn] of [0, 0.45, -0.45].entries()) {
		const [x, y] = turn === 0 ? end : [end[0] - 6 * Math.cos(angle + turn), end[1] - 6 * Math.sin(angle + turn)];
		if (i === 0) context.moveTo(x, y);
		else context.lineTo(x, y);
	}
	context.closePath();
}

function drawLayers(context: CanvasRenderingContext2D, drawing: Drawing, bounds: Bounds, words: boolean): void {
	const { layers, layout, selected, found, colours } = drawing;
	const { width, height } = LAYER_BOX;
	for (const [i, layer] of layers.entries()) {
		const [x, y] = layout.nodes[i] as readonly [number, number];
		const [left, top] = [x - width / 2, y - height / 2];
		if (left > bounds.right || left + width < bounds.left || top > bounds.bottom || top + height < bounds.top) continue;
		const weighted = isWeighted(layer);
		const isSelected = i === selected;
		context.fillStyle = isSelected ? colours.selected : weighted ? colours.filled : colours.background;
		context.strokeStyle =
			isSelected || found.has(i) ? colours.focus : layer.checks.length > 0 ? colours.warning : colours.line;
		context.beginPath();
		context.roundRect(left + 0.5, top + 0.5, width - 1, height - 1, 3);
		context.fill();
		context.stroke();
		if (!words) continue;
		context.fillStyle = isSelected ? colours.selectedText : weighted ? colours.foreground : colours.weak;
		context.textAlign = "left";
		const channels = String(layer.outputShape.at(-1) ?? "");
		const room = width - 22 - context.measureText(channels).width;
		context.fillText(fitted(context, layer.operation, room), left + 7, y + 0.5);
		context.textAlign = "right";
		if (!isSelected) context.fillStyle = colours.weak;
		context.fillText(channels, left + width - 7, y + 0.5);
	}
}

/** Operations are few; how much of each fits is remembered. */
const fits = new Map<string, string>();

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
	const key = `${context.font} ${Math.round(room)} ${text}`;
	const known = fits.get(key);
	if (known !== undefined) return known;
	let shown = text;
	while (shown.length > 1 && context.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`;
	fits.set(key, shown);
	return shown;
}
