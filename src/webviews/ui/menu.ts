import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { PopupElement } from "./popup.js";

export interface MenuAction {
	readonly label: string;
	/** Said beside it, weaker: the key that does the same, or what it costs. */
	readonly key?: string;
	readonly disabled?: boolean;
	/** Of a choice or a switch: whether it is on. Others leave it out. */
	readonly checked?: boolean;
	readonly run: () => void;
}

/** Shows its items in place of those that it stands among. */
export interface Submenu {
	readonly label: string;
	readonly items: readonly MenuAction[];
}

export type MenuItem = MenuAction | Submenu;

/** A short list of actions below a button. */
@customElement("blindspot-menu")
export class Menu extends PopupElement {
	@property({ attribute: false }) items: readonly MenuItem[] = [];
	@property() label = "Actions";
	@state() private opened: Submenu | null = null;

	protected override render() {
		const { items, label } = this.opened ?? this;
		return html`<div class="menu" role="menu" aria-label=${label}>${items.map((item) => this.#item(item))}</div>`;
	}

	#item(item: MenuItem): TemplateResult {
		if ("items" in item) {
			return html`<button type="button" role="menuitem" aria-haspopup="menu" tabindex="-1" @click=${() => this.#open(item)}
			><span>${item.label}…</span></button>`;
		}
		const { label, key = "", disabled = false, checked } = item;
		return html`<button
			type="button"
			role=${checked === undefined ? "menuitem" : "menuitemcheckbox"}
			aria-checked=${checked ?? nothing}
			tabindex="-1"
			?disabled=${disabled}
			@click=${() => this.#choose(item)}
		><span>${checked === true ? "✓ " : ""}${label}</span><span class="key">${key}</span></button>`;
	}

	protected override updated(changed: PropertyValues): void {
		if (!changed.has("items") && !changed.has("opened")) return;
		this.setPlace();
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

	#open(submenu: Submenu): void {
		this.opened = submenu;
	}

	#choose(item: MenuAction): void {
		this.close(true);
		item.run();
	}
}
