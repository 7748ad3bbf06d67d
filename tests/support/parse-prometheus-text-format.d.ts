/** What is used of a package that has no types of its own. */
declare module 'parse-prometheus-text-format' {
  const parse: (text: string) => readonly import('./prometheus.ts').ReadMetric[];
  export = parse;
}
