/** How class folders that aren't named after classes can stand for them. Pages see this too. */

export const FOLDER_ORDERS = ["number", "number-from-1", "sorted", "natural"] as const;
export type FolderOrder = (typeof FOLDER_ORDERS)[number];

const WORDS: Readonly<Record<FolderOrder, string>> = {
	number: "the folder's name is the number of the class",
	"number-from-1": "the folder's name is the number of the class, counted from 1",
	sorted: "the folders in alphabetical order are the classes in order",
	natural: "the folders in the order of the numbers in their names are the classes in order",
};

/** An order of folders in words: "the folders in alphabetical order are the classes in order". */
export function folderOrderWords(order: FolderOrder): string {
	return WORDS[order];
}
