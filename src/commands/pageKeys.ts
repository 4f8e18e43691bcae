/** Commands behind the keys of the page "Adversarial"; each is handed on to the page in front. */
import type { KeyCommand } from "../webviews/adversarial/messages.js";
import type { Command } from "./command.js";

/** Keys that the page doesn't handle itself. */
const FORWARDED = [
	"save",
	"copyFigures",
	"runAgain",
	"cancel",
	"target",
	"noiseMore",
	"noiseLess",
	"compact",
	"detail",
	"keys",
] as const satisfies readonly KeyCommand[];

export const pageKeys: readonly Command[] = FORWARDED.map((key) => ({
	name: `adversarial.${key}`,
	run: ({ pages }) => pages.key(key),
}));
