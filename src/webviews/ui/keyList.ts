import { html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { LightElement } from "./lightElement.js";
import { keepFromEditor } from "./ownKeys.js";

/** One line of the list: keys and what they do. */
export interface KeyHelp {
	readonly keys: readonly string[];
	readonly does: string;
}

/** The list of keys, over the page; Escape or a press beside it closes it (`popup-close`). */
@customElement("blindspot-keys")
export class KeyList extends LightElement {
	@property({ attribute: false }) keys: readonly KeyHelp[] = [];
	@query("dialog") private readonly dialog!: HTMLDialogElement;

	protected override firstUpdated(): void {
		this.dialog.showModal();
	}

	protected override render() {
		return html`<dialog
			class="keys"
			aria-label="Keys"
			@keydown=${keepFromEditor}
			@close=${() => this.dispatchEvent(new CustomEvent("popup-close"))}
			@click=${(event: MouseEvent) => event.target === this.dialog && this.dialog.close()}
		>
			<div class="keys-content">
				<h2>Keys</h2>
				<dl>
					${this.keys.map(
						({ keys, does }) => html`<div>
							<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
							<dd>${does}</dd>
						</div>`,
					)}
				</dl>
				<vscode-button appearance="secondary" @click=${() => this.dialog.close()}>Close</vscode-button>
			</div>
		</dialog>`;
	}
}
