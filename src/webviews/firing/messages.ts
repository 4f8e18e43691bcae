/** What the page "Which Units Fire?" says to the extension beside what all pages of analyses say. Types only. */
export type FiringPageMessage = {
	/** Opens the page of a unit. */
	readonly type: "openUnit";
	readonly layer: string;
	readonly unit: number;
};
