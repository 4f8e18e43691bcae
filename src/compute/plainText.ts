/** Text from files, for a person's eyes: names and values that a file made up can't change how what is around them is shown. */

/**
 * Control characters, with which a terminal is steered; what lines and their direction are formatted with, which reorders what
 * follows; what has no width, which hides in names that look the same; halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]|\u034f|[\u180b-\u180d]/gu;

/** With a replacement character for each that can't be seen, line breaks among them. */
export function plain(text: string): string {
	return text.replace(UNSEEN, "\u{fffd}");
}

/** JSON of the same meaning, with escapes in place of what can't be seen; the breaks between its lines stay. */
export function plainJson(json: string): string {
	return json.replace(UNSEEN, (character) =>
		character === "\n" || character === "\t" ? character : escaped(character),
	);
}

/** By code units, as JSON has it. */
function escaped(character: string): string {
	return Array.from({ length: character.length }, (_, i) => {
		return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
	}).join("");
}
