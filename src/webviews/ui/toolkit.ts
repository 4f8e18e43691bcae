/** The one place where the editor's own controls are registered. */
import {
	provideVSCodeDesignSystem,
	vsCodeButton,
	vsCodeDropdown,
	vsCodeOption,
} from "@vscode/webview-ui-toolkit/dist/index.js";

/** Defines `vscode-button`, `vscode-dropdown` and `vscode-option`. Call once per page. */
export function registerToolkit(): void {
	provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());
}
