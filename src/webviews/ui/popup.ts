import { property } from "lit/decorators.js";
import { LightElement } from "./lightElement.js";
import { keepFromEditor } from "./ownKeys.js";

const GAP = 4;
const MARGIN = 8;

/**
 * What opens below a control and closes on Escape, on a press elsewhere, or when the page is left. It sends
 * `popup-close` and gives the focus back to its anchor. Place it outside of anything that clips.
 */
export abstract class PopupElement extends LightElement {
	@property({ attribute: false }) anchor: HTMLElement | null = null;

	readonly #dismissOutside = (event: PointerEvent): void => {
		const path = event.composedPath();
		if (!path.includes(this) && !(this.anchor && path.includes(this.anchor))) this.close(false);
	};
	readonly #dismiss = (): void => this.close(false);
	readonly #place = (): void => this.setPlace();

	override connectedCallback(): void {
		super.connectedCallback();
		this.classList.add("popup");
		document.addEventListener("pointerdown", this.#dismissOutside, true);
		window.addEventListener("blur", this.#dismiss);
		window.addEventListener("resize", this.#place);
		this.addEventListener("keydown", this.#onKey);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		document.removeEventListener("pointerdown", this.#dismissOutside, true);
		window.removeEventListener("blur", this.#dismiss);
		window.removeEventListener("resize", this.#place);
		this.removeEventListener("keydown", this.#onKey);
	}

	protected override firstUpdated(): void {
		this.setPlace();
	}

	protected close(returnFocus: boolean): void {
		if (returnFocus) this.anchor?.focus();
		this.dispatchEvent(new CustomEvent("popup-close"));
	}

	/** Handles a key beyond Escape and Tab; true where it was of use. */
	protected abstract handleKey(event: KeyboardEvent): boolean;

	readonly #onKey = (event: KeyboardEvent): void => {
		keepFromEditor(event);
		if (event.key === "Escape") {
			event.preventDefault();
			this.close(true);
		} else if (event.key === "Tab") {
			this.close(true);
		} else if (this.handleKey(event)) {
			event.preventDefault();
		}
	};

	/** Again, where its size has changed. */
	protected setPlace(): void {
		if (this.anchor === null) return;
		const from = this.anchor.getBoundingClientRect();
		const { offsetWidth: width, offsetHeight: height } = this;
		const right = Math.min(from.right, innerWidth - MARGIN);
		const left = Math.max(MARGIN, from.left + width <= innerWidth - MARGIN ? from.left : right - width);
		this.style.left = `${left}px`;
		const below = innerHeight - MARGIN - (from.bottom + GAP + height);
		const above = from.top - GAP - height - MARGIN;
		// Held at the edge next to its anchor, so that it stays there when its content shrinks.
		const upwards = below < 0 && above > below;
		this.style.top = upwards ? "auto" : `${from.bottom + GAP + Math.min(0, below)}px`;
		this.style.bottom = upwards ? `${innerHeight - from.top + GAP + Math.min(0, above)}px` : "auto";
	}
}
