/** Which of a file's outputs was taken, and what could have been taken in its place: names that `--output` takes. */
export interface OutputChoice {
	readonly taken: string;
	readonly others: readonly string[];
}

/** "The model has 2 outputs; 'probabilities' is used." */
export function outputsWords({ taken, others }: OutputChoice): string {
	return `The model has ${others.length + 1} outputs; '${taken}' is used.`;
}
