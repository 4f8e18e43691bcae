import { LitElement } from "lit";

/** An element without a shadow root: one style sheet per page, and ARIA references that reach across elements. */
export class LightElement extends LitElement {
	protected override createRenderRoot(): HTMLElement {
		return this;
	}
}
