/** Median, least and greatest of some numbers. */
export function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return { median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, min: sorted[0], max: sorted[sorted.length - 1], count: sorted.length }
}

const cell = ({ median, min, max, count }, digits) => (count === 1 ? median.toFixed(digits) : `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`)

/** The rows as a Markdown table: medians, with least and greatest in parentheses. */
export function markdown(rows) {
  const head = ['| what | seconds | ratio | peak MiB |', '|---|---|---|---|']
  const body = rows.map(({ what, seconds, ratio, against, peak }) => `| ${what} | ${cell(seconds, 2)} | ${ratio === undefined ? '' : `${cell(ratio, 2)} × ${against}`} | ${peak === undefined ? '' : cell(peak, 0)} |`)
  return [...head, ...body].join('\n')
}
