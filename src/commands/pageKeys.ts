/** Commands behind the keys of pages; each is handed on to the page in front. */
import type { KeyCommand } from "../webviews/adversarial/messages.js";
import { COMMON_KEYS } from "../webviews/messages.js";
import type { Command } from "./command.js";

/** Keys of the page "Adversarial" that it doesn't handle itself. */
const ADVERSARIAL = [
	"save",
	"target",
	"compare",
	"noiseMore",
	"noiseLess",
	"compact",
	"detail",
] as const satisfies readonly KeyCommand[];

export const pageKeys: readonly Command[] = [
	...COMMON_KEYS.map((key) => forwarded("page", key)),
	...ADVERSARIAL.map((key) => forwarded("adversarial", key)),
];

function forwarded(of: string, key: string): Command {
	return { name: `${of}.${key}`, run: ({ pages }) => pages.front?.key(key) };
}
