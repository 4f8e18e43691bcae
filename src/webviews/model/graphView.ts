import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { type GraphLayout, LAYER_BOX, type LayerReport } from "../../compute/modelDetails/report.js";
import { LightElement } from "../ui/lightElement.js";
import { onThemeChange, themeColour } from "../ui/theme.js";
import { bracketsOf, type Drawing, draw, type GraphColours, layerAt, type View } from "./graphDrawing.js";
import { follow } from "./graphWalk.js";

/** Room around the layout: brackets stand on the left. */
const MARGIN = { left: 76, right: 24, top: 4, bottom: 12 } as const;
const ZOOM = { least: 0.05, most: 3, step: 1.25 } as const;

/**
 * The graph, drawn on a canvas that is as large as its visible part. Sends `layer-selected` with the layer's number,
 * `zoomed` with the zoom, `graph-scrolled` with the scroll position.
 */
@customElement("blindspot-graph")
export class GraphView extends LightElement {
	@property({ attribute: false }) layers: readonly LayerReport[] = [];
	@property({ attribute: false }) layout: GraphLayout = { width: 0, height: 0, nodes: [], edges: [] };
	@property({ attribute: false }) selected = 0;
	@property({ attribute: false }) found: ReadonlySet<number> = new Set();
	@property({ attribute: false }) zoom = 1;
	@query(".graph-scroll") private readonly scroller!: HTMLElement;
	@query("canvas") private readonly canvas!: HTMLCanvasElement;
	readonly #resized = new ResizeObserver(() => this.#redraw());
	#stopTheme: () => void = () => undefined;
	#colours: GraphColours | null = null;
	#brackets: Drawing["brackets"] = [];
	#frame = 0;

	/** Scrolls as the table does, where rows and layers stand beside each other. */
	scrollToTop(top: number): void {
		if (Math.abs(this.scroller.scrollTop - top) > 1) this.scroller.scrollTop = top;
	}

	/** So that all of it is seen. */
	fit(): void {
		const { clientWidth, clientHeight } = this.scroller;
		const [width, height] = this.#size();
		this.#zoomTo(Math.min(1, clientWidth / width, clientHeight / height));
	}

	zoomBy(steps: number): void {
		this.#zoomTo(this.zoom * ZOOM.step ** steps);
	}

	/** The layer that an arrow key leads to; null for other keys. */
	step(key: string): number | null {
		return follow(key, this.selected, this.layout);
	}

	/** Brings a layer into view. */
	reveal(layer: number): void {
		const place = this.layout.nodes[layer];
		if (!place || !this.hasUpdated) return;
		const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.scroller;
		const [x, y] = [(place[0] + MARGIN.left) * this.zoom, (place[1] + MARGIN.top) * this.zoom];
		const [halfWidth, halfHeight] = [(LAYER_BOX.width / 2) * this.zoom, (LAYER_BOX.pitch / 2) * this.zoom];
		if (y - halfHeight < scrollTop) this.scroller.scrollTop = y - halfHeight;
		else if (y + halfHeight > scrollTop + clientHeight) this.scroller.scrollTop = y + halfHeight - clientHeight;
		const isLeft = x - halfWidth < scrollLeft;
		if (isLeft || x + halfWidth > scrollLeft + clientWidth) this.scroller.scrollLeft = x - clientWidth / 2;
	}

	protected override render(): TemplateResult {
		const [width, height] = this.#size();
		return html`<div
			class="graph-scroll"
			tabindex="0"
			role="group"
			aria-label="Graph. Arrows follow connections; the table names the layers."
			@scroll=${this.#scrolled}
			@wheel=${this.#wheel}
			@click=${this.#clicked}
		>
			<div class="graph-room" .style=${`width: ${width * this.zoom}px; height: ${height * this.zoom}px`}>
				<canvas aria-hidden="true"></canvas>
			</div>
		</div>`;
	}

	protected override firstUpdated(): void {
		this.#resized.observe(this.scroller);
		this.#stopTheme = onThemeChange(() => {
			this.#colours = null;
			this.#redraw();
		});
	}

	protected override willUpdate(changed: PropertyValues<this>): void {
		if (changed.has("layers") || changed.has("layout")) this.#brackets = bracketsOf(this.layers, this.layout);
	}

	protected override updated(changed: PropertyValues<this>): void {
		if (changed.has("selected")) this.reveal(this.selected);
		this.#redraw();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#resized.disconnect();
		this.#stopTheme();
		cancelAnimationFrame(this.#frame);
	}

	#size(): readonly [width: number, height: number] {
		const { width, height } = this.layout;
		return [width + MARGIN.left + MARGIN.right, height + MARGIN.top + MARGIN.bottom];
	}

	/** Keeps what is in the middle there. */
	#zoomTo(wanted: number): void {
		const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, wanted));
		const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.scroller;
		const ratio = zoom / this.zoom;
		this.dispatchEvent(new CustomEvent<number>("zoomed", { detail: zoom }));
		this.zoom = zoom;
		void this.updateComplete.then(() => {
			this.scroller.scrollTop = (scrollTop + clientHeight / 2) * ratio - clientHeight / 2;
			this.scroller.scrollLeft = (scrollLeft + clientWidth / 2) * ratio - clientWidth / 2;
			this.#redraw();
		});
	}

	readonly #scrolled = (): void => {
		this.#redraw();
		this.dispatchEvent(new CustomEvent<number>("graph-scrolled", { detail: this.scroller.scrollTop }));
	};

	readonly #wheel = (event: WheelEvent): void => {
		if (!event.ctrlKey) return;
		event.preventDefault();
		this.zoomBy(event.deltaY < 0 ? 1 : -1);
	};

	readonly #clicked = (event: MouseEvent): void => {
		const { left, top, zoom } = this.#view();
		const box = this.scroller.getBoundingClientRect();
		const layer = layerAt(
			this.layout,
			left + (event.clientX - box.left) / zoom,
			top + (event.clientY - box.top) / zoom,
		);
		if (layer !== null) this.dispatchEvent(new CustomEvent<number>("layer-selected", { detail: layer, bubbles: true }));
	};

	#view(): View {
		const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.scroller;
		const [width] = this.#size();
		// A graph that is narrower than its room stands in the middle of it.
		const spare = Math.max(0, clientWidth - width * this.zoom) / 2;
		return {
			left: (scrollLeft - spare) / this.zoom - MARGIN.left,
			top: scrollTop / this.zoom - MARGIN.top,
			width: clientWidth,
			height: clientHeight,
			zoom: this.zoom,
		};
	}

	/** Once for all that happens before the next picture. */
	#redraw(): void {
		if (this.#frame !== 0) return;
		this.#frame = requestAnimationFrame(() => {
			this.#frame = 0;
			this.#draw();
		});
	}

	#draw(): void {
		const context = this.canvas?.getContext("2d");
		if (!context) return;
		const view = this.#view();
		const scale = window.devicePixelRatio;
		const [width, height] = [Math.round(view.width * scale), Math.round(view.height * scale)];
		if (this.canvas.width !== width || this.canvas.height !== height) {
			this.canvas.width = width;
			this.canvas.height = height;
			this.canvas.style.width = `${view.width}px`;
			this.canvas.style.height = `${view.height}px`;
		}
		this.#colours ??= themeColours(this);
		const { layers, layout, selected, found } = this;
		draw(context, { layers, layout, brackets: this.#brackets, selected, found, colours: this.#colours }, view, scale);
	}
}

function themeColours(element: HTMLElement): GraphColours {
	const style = getComputedStyle(element);
	/** Colours that the style sheet mixes: as the properties of the element that they are set on. */
	const mixed = (name: string) => style.getPropertyValue(name).trim() || style.color;
	return {
		background: themeColour("--vscode-editor-background"),
		foreground: themeColour("--vscode-foreground"),
		weak: mixed("--graph-weak"),
		line: mixed("--graph-line"),
		edge: mixed("--graph-edge"),
		filled: mixed("--graph-filled"),
		selected: themeColour("--vscode-list-activeSelectionBackground", "--vscode-editor-background"),
		selectedText: themeColour("--vscode-list-activeSelectionForeground", "--vscode-foreground"),
		focus: themeColour("--vscode-focusBorder"),
		warning: themeColour("--vscode-editorWarning-foreground"),
		font: style.fontFamily,
	};
}
