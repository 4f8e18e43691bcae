/** The page's side of the channel to the extension. */

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Messages out, messages in, and a small state that outlives the page while its tab is hidden or the window reloads. */
export class Host<Outgoing, Incoming, Saved extends object> {
	readonly #api = acquireVsCodeApi();

	send(message: Outgoing): void {
		this.#api.postMessage(message);
	}

	/** The editor alone can post to a webview, so what arrives is what the extension's types say. */
	onMessage(listener: (message: Incoming) => void): void {
		window.addEventListener("message", (event: MessageEvent<Incoming>) => listener(event.data));
	}

	/** What was saved, laid over `fallback`. */
	saved(fallback: Saved): Saved {
		const state = this.#api.getState();
		return typeof state === "object" && state !== null ? { ...fallback, ...state } : fallback;
	}

	save(state: Saved): void {
		this.#api.setState(state);
	}
}
