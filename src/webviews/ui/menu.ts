import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PopupElement } from "./popup.js";

export interface MenuItem {
	readonly label: string;
	/** The key that does the same, where there is one. */
	readonly key?: string;
	readonly disabled?: boolean;
	readonly run: () => void;
}

/** A short list of actions below a button. */
@customElement("blindspot-menu")
export class Menu extends PopupElement {
	@property({ attribute: false }) items: readonly MenuItem[] = [];
	@property() label = "Actions";

	protected override render() {
		return html`<div class="menu" role="menu" aria-label=${this.label}>
			${this.items.map(
				(item) => html`<button
					type="button"
					role="menuitem"
					tabindex="-1"
					?disabled=${item.disabled ?? false}
					@click=${() => this.#choose(item)}
				><span>${item.label}</span><span class="key">${item.key ?? ""}</span></button>`,
			)}
		</div>`;
	}

	protected override firstUpdated(): void {
		super.firstUpdated();
		this.#buttons()[0]?.focus();
	}

	protected override handleKey(event: KeyboardEvent): boolean {
		const buttons = this.#buttons();
		const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
		const to: Record<string, number> = {
			ArrowDown: (at + 1) % buttons.length,
			ArrowUp: (at - 1 + buttons.length) % buttons.length,
			Home: 0,
			End: buttons.length - 1,
		};
		const next = to[event.key];
		if (next === undefined) return false;
		buttons[next]?.focus();
		return true;
	}

	#buttons(): readonly HTMLButtonElement[] {
		return [...this.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
	}

	#choose(item: MenuItem): void {
		this.close(true);
		item.run();
	}
}
