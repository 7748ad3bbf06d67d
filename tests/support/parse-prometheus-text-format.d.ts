/** Declares the part that is used of a package without types. */
declare module 'parse-prometheus-text-format' {
  const parse: (text: string) => readonly import('./prometheus.ts').ReadMetric[];
  export = parse;
}
