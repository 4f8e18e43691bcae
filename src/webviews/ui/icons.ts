/** Small line icons, 16 × 16, in the colour of the text around them. */
import { html, svg, type TemplateResult } from "lit";

const icon = (content: TemplateResult): TemplateResult => html`
	<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" aria-hidden="true">
		${content}
	</svg>`;

export const icons = {
	run: icon(svg`<path d="M4.5 2.8v10.4l8-5.2z" stroke-linejoin="round" />`),
	stop: icon(svg`<rect x="3.5" y="3.5" width="9" height="9" rx="1" />`),
	save: icon(
		svg`<path d="M2.5 3.5a1 1 0 0 1 1-1h7.6l2.4 2.4v7.6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM5 2.5v3.2h5V2.5M4.8 13.3V9h6.4v4.3" stroke-linejoin="round" />`,
	),
	saveAll: icon(
		svg`<path d="M1.5 4v9.5a1 1 0 0 0 1 1H12M4 2.5a1 1 0 0 1 1-1h6.6l2.4 2.4V11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM6 1.5v2.8h4.4V1.5M6 11.8V8h6v3.8" stroke-linejoin="round" />`,
	),
	more: icon(
		svg`<g fill="currentColor" stroke="none"><circle cx="3.5" cy="8" r="1.1" /><circle cx="8" cy="8" r="1.1" /><circle cx="12.5" cy="8" r="1.1" /></g>`,
	),
	chevron: icon(svg`<path d="M4 6l4 4 4-4" />`),
	arrow: icon(svg`<path d="M2.5 8h10.5M9.5 4.5L13 8l-3.5 3.5" />`),
	error: icon(svg`<circle cx="8" cy="8" r="6" /><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />`),
	warning: icon(svg`<path d="M8 2.2L14.3 13.5H1.7zM8 6.5v3.4M8 11.2v1.2" stroke-linejoin="round" />`),
	info: icon(svg`<circle cx="8" cy="8" r="6" /><path d="M8 7.2v4M8 4.8v1.2" />`),
	compact: icon(svg`<path d="M2 3.5h12M2 6.5h8M2 9.5h12M2 12.5h8" />`),
	detail: icon(svg`<path d="M2.5 2.5h4v4h-4zM9 3h5M9 6h3.5M2.5 9.5h4v4h-4zM9 10h5M9 13h3.5" />`),
	folder: icon(svg`<path d="M1.8 12.8V3.2h4.4l1.4 1.6h5.2v2M1.8 12.8l2.4-6h10l-2.2 6z" stroke-linejoin="round" />`),
	copy: icon(svg`<path d="M5.5 4.5v-3h5.2l2.8 2.8v7.2h-8zM5.5 4.5h-3v10h8v-3" stroke-linejoin="round" />`),
	broken: icon(svg`<path d="M4.5 13H2.5V3h11v2M7 13h6.5V8M3 13.8L13.5 2.2M5 9l2-2" stroke-linejoin="round" />`),
	blind: icon(
		svg`<path d="M2 8c1.5-2.6 3.6-4 6-4s4.5 1.4 6 4c-1.5 2.6-3.6 4-6 4s-4.5-1.4-6-4zM3 13.5L13 2.5" stroke-linejoin="round" />`,
	),
	link: icon(
		svg`<path d="M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 0 1-4-4L5 7.5" />`,
	),
	left: icon(svg`<path d="M13 8H3M6.5 4.5L3 8l3.5 3.5" />`),
	up: icon(svg`<path d="M8 13V3M4.5 6.5L8 3l3.5 3.5" />`),
	down: icon(svg`<path d="M8 3v10M4.5 9.5L8 13l3.5-3.5" />`),
} as const;
