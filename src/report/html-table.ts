import { escapeHtml } from '../text/html.js'
import { plainOneLine } from '../text/plain.js'

/** Foreign text on one line, for an element or attribute. */
export function line(text: string): string {
  return escapeHtml(plainOneLine(text))
}

/** A cell: text, and the classes of its element. */
export type Cell = readonly [text: string, classes?: string]

/** A table of texts; every text is escaped here. */
export function table(heads: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const cell = (element: 'td' | 'th', [text, classes]: Cell): string => `<${element}${classes === undefined ? '' : ` class="${escapeHtml(classes)}"`}>${line(text)}</${element}>`
  const row = (element: 'td' | 'th', cells: readonly Cell[]): string => `<tr>${cells.map((one) => cell(element, one)).join('')}</tr>`
  const head = heads.length === 0 ? '' : `<thead>${row('th', heads)}</thead>`
  return `<table>${head}<tbody>${rows.map((cells) => row('td', cells)).join('\n')}</tbody></table>`
}

/** A section with a heading; nothing when there is nothing in it. */
export function section(title: string, html: string): string {
  return html === '' ? '' : `<section><h2>${line(title)}</h2>${html}</section>`
}
