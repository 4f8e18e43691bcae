/** The page's side of the channel to the extension; in a standalone file, where there is none, to what is embedded in it. */
import { embeddedMessages, followSystemTheme } from "./standalone.js";

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Messages out, messages in, and a small state that outlives the page while its tab is hidden or the window reloads. */
export class Host<Outgoing, Incoming, Saved extends object> {
	readonly #api = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null;

	/** True where the page is a file of its own: nothing can be asked of the extension then. */
	get standalone(): boolean {
		return this.#api === null;
	}

	send(message: Outgoing): void {
		this.#api?.postMessage(message);
	}

	/** The editor alone can post to a webview, so what arrives is what the extension's types say. */
	onMessage(listener: (message: Incoming) => void): void {
		if (this.#api === null) {
			followSystemTheme();
			const messages = embeddedMessages() as readonly Incoming[];
			queueMicrotask(() => messages.forEach(listener));
			return;
		}
		window.addEventListener("message", (event: MessageEvent<Incoming>) => listener(event.data));
	}

	/** What was saved, laid over `fallback`. */
	saved(fallback: Saved): Saved {
		const state = this.#api?.getState();
		return typeof state === "object" && state !== null ? { ...fallback, ...state } : fallback;
	}

	save(state: Saved): void {
		this.#api?.setState(state);
	}
}
