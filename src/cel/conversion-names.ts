/** Functions whose calls with a constant are constants. Source: overloads.IsTypeConversionFunction. */
export const conversionNames: ReadonlySet<string> = new Set([
  'bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint',
])
