import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Host } from "../host.js";
import type { CommonExtensionMessage, CommonPageMessage } from "../messages.js";
import "./keyList.js";
import type { KeyHelp } from "./keyList.js";
import { LightElement } from "./lightElement.js";
import "./menu.js";
import type { MenuItem } from "./menu.js";

const NOTICE_MS = 6000;

/** What is open over the page, and the control that opened it. */
interface Popup {
	readonly anchor: HTMLElement;
	/** Its content sends `popup-close` (`PopupElement`), which `close` answers. */
	readonly content: (close: () => void) => TemplateResult;
}

/**
 * What all pages do: listen to the extension, keep a small state, open menus, show notices and keys, read results out.
 * A page says what it shows (`page`), what it hears (`hear`) and what its keys do (`commands`).
 */
export abstract class PageElement<
	Outgoing,
	Incoming extends { readonly type: string },
	Saved extends { readonly report: string | null },
> extends LightElement {
	protected readonly host = new Host<Outgoing | CommonPageMessage, Incoming | CommonExtensionMessage, Saved>();
	@state() private popup: Popup | null = null;
	@state() private keysShown = false;
	@state() private notice: { readonly words: string; readonly severity: "info" | "error" } | null = null;
	/** Read out by screen readers when it changes. */
	@state() protected announced = "";
	#noticeTimer = 0;
	/** Of the copying that goes on. */
	#clipboard: DataTransfer | null = null;

	override connectedCallback(): void {
		super.connectedCallback();
		this.host.onMessage((message) => this.#onMessage(message));
		document.addEventListener("keydown", this.#onKeyDown);
		document.addEventListener("copy", this.#onCopy);
		this.host.send({ type: "ready", report: this.savedReport });
	}

	/** The report that the page showed before it was closed. */
	protected abstract readonly savedReport: string | null;
	/** For the list of keys. */
	protected abstract readonly keyHelp: readonly KeyHelp[];
	/** A message of the extension that is not common to all pages. */
	protected abstract hear(message: Incoming): void;
	/** What the commands behind the keys do, by their names; nothing where they have no meaning now. */
	protected abstract commands(): Readonly<Record<string, (() => unknown) | undefined>>;
	/** The page below what lies over it. */
	protected abstract page(): TemplateResult | typeof nothing;
	/** A key that went down on the page and is none of the editor's; true where it was of use. */
	protected handleKey(_event: KeyboardEvent): boolean {
		return false;
	}

	/** True where the page is a file of its own, without the extension. */
	protected get standalone(): boolean {
		return this.host.standalone;
	}

	protected send(message: Outgoing | CommonPageMessage): void {
		this.host.send(message);
	}

	/** Opens something at a control; the same control again closes it. */
	protected openPopup(anchor: HTMLElement, content: (close: () => void) => TemplateResult): void {
		this.popup = this.popup?.anchor === anchor ? null : { anchor, content };
	}

	protected openMenu(label: string, items: readonly MenuItem[], anchor: HTMLElement): void {
		this.openPopup(
			anchor,
			(close) => html`<blindspot-menu
				.items=${items}
				.label=${label}
				.anchor=${anchor}
				@popup-close=${close}
			></blindspot-menu>`,
		);
	}

	protected showKeys(): void {
		this.keysShown = true;
	}

	/** Copies text, or what is selected on the page where something is. */
	protected copy(text: string): void {
		const selection = document.getSelection()?.toString() ?? "";
		const copied = selection === "" ? text : selection;
		if (copied === "") return;
		if (this.standalone) this.#clipboard?.setData("text/plain", copied);
		else this.send({ type: "copy", text: copied });
	}

	/** Carries out the command behind a key. While something is open over the page, keys are its own. */
	protected command(name: string): void {
		if (this.popup === null && !this.keysShown) this.commands()[name]?.();
	}

	protected override render(): TemplateResult {
		return html`
			<div class="page ${this.standalone ? "standalone" : ""}">
				${this.page()}
				${this.notice === null ? nothing : html`<div class="notice ${this.notice.severity}">${this.notice.words}</div>`}
			</div>
			<div class="sr" role="status" aria-live="polite">${this.announced}</div>
			${this.popup === null ? nothing : this.popup.content(this.#closePopup)}
			${
				this.keysShown
					? html`<blindspot-keys
							.keys=${this.keyHelp}
							@popup-close=${() => (this.keysShown = false)}
						></blindspot-keys>`
					: nothing
			}
		`;
	}

	/** Keeps the small state once there is something to keep. */
	protected abstract readonly toSave: Saved | null;

	protected keep(): void {
		if (this.toSave !== null) this.host.save(this.toSave);
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.keep();
	}

	readonly #closePopup = (): void => {
		this.popup = null;
	};

	#onMessage(message: Incoming | CommonExtensionMessage): void {
		if (isCommon(message)) {
			if (message.type === "key") this.command(message.command);
			else this.#notify(message);
		} else this.hear(message);
	}

	#notify(notice: { readonly words: string; readonly severity: "info" | "error" }): void {
		this.notice = notice;
		this.announced = notice.words;
		clearTimeout(this.#noticeTimer);
		this.#noticeTimer = window.setTimeout(() => (this.notice = null), NOTICE_MS);
	}

	/** In a browser the editor leaves Ctrl+C to the page. What is selected as text is copied as ever. */
	readonly #onCopy = (event: ClipboardEvent): void => {
		const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea") !== null;
		if (inField || (document.getSelection()?.toString() ?? "") !== "") return;
		event.preventDefault();
		this.#clipboard = event.clipboardData;
		this.command("copyFigures");
		this.#clipboard = null;
	};

	readonly #onKeyDown = (event: KeyboardEvent): void => {
		// In a browser F5 would reload the editor as well.
		if (event.key === "F5" && !this.standalone) event.preventDefault();
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (!this.handleKey(event)) return;
		event.preventDefault();
		event.stopPropagation();
	};
}

function isCommon(message: { readonly type: string }): message is CommonExtensionMessage {
	return message.type === "key" || message.type === "notice";
}
