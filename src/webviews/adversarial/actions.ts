/** What the parts of the page can ask of the page. */
import type { AttackMethod } from "../../compute/attack/methods.js";
import type { Target } from "../../compute/reports/report.js";
import type { MenuItem } from "../ui/menu.js";
import type { PageMessage } from "./messages.js";
import type { Settings, SortColumn } from "./view.js";

export type Density = "compact" | "detail";

export interface Actions {
	/** True where the page is a file of its own: nothing can be run, saved or chosen. */
	readonly standalone: boolean;
	send(message: PageMessage): void;
	set(settings: Partial<Settings>): void;
	/** Runs all images with the settings as they are. */
	run(): void;
	/** Opens the target picker for one row, or for all with null. */
	pickTarget(index: number | null, anchor: HTMLElement): void;
	openMenu(label: string, items: readonly MenuItem[], anchor: HTMLElement): void;
	runImage(index: number, target: Target, budget: number | null): void;
	/** Runs further methods on one image. */
	compare(index: number, methods: readonly AttackMethod[]): void;
	save(index: number, what: "adversarial" | "noise" | "both"): void;
	saveAll(): void;
	copyFigures(index: number): void;
	copyAll(): void;
	select(index: number): void;
	/** Opens or closes the detail of a row of the compact list. */
	toggle(index: number): void;
	setDensity(density: Density): void;
	setFactor(factor: number): void;
	sort(column: SortColumn): void;
	showKeys(): void;
}
