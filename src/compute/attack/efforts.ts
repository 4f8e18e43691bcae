/** How thorough a method is that knows efforts; the others take no notice. */
export const EFFORTS = ["quick", "normal", "thorough"] as const;
export type Effort = (typeof EFFORTS)[number];
