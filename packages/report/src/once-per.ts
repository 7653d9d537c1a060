/**
 * A function of an object that is computed once for each object, however often it is asked for. The object must not change.
 * Claims, tables and pages ask for the same results of an experiment many times.
 */
export function oncePer<Of extends object, T>(compute: (of: Of) => T): (of: Of) => T {
  const known = new WeakMap<Of, { value: T }>();
  return (of) => {
    const found = known.get(of) ?? { value: compute(of) };
    known.set(of, found);
    return found.value;
  };
}
