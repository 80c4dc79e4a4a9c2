/** Median, least and greatest of some numbers. */
export function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return { median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, min: sorted[0], max: sorted[sorted.length - 1] }
}

const cell = ({ median, min, max }, digits) => `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`

/** The results as a Markdown table: medians, with least and greatest in parentheses. */
export function markdown(rows) {
  const head = ['| suite | module | way | seconds | of the recipe | peak MiB |', '|---|---|---|---|---|---|']
  const body = rows.map(({ suite, module, way, seconds, ratio, peakMiB }) => `| ${suite} | ${module} | ${way} | ${cell(seconds, 1)} | ${cell(ratio, 2)} | ${cell(peakMiB, 0)} |`)
  return [...head, ...body].join('\n')
}
