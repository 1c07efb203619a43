// Each run's own `globalThis`: it has everything that the real one has and takes whatever is assigned to it, so that what a
// library or the user's code keeps there is this run's alone.
//
// An heir of the frozen global could not be assigned to (freeze.ts says why), so the stand-ins inherit from a template in which
// every global is an accessor. Code that names a global plainly does not pass through here.

export function globalThisTemplate(global: object): object {
  const template = Object.create(Object.prototype) as object;
  for (const name of Reflect.ownKeys(global)) {
    const descriptor = Object.getOwnPropertyDescriptor(global, name) as PropertyDescriptor;
    if (name === 'globalThis' || !('value' in descriptor)) continue;
    inherit(template, name, descriptor.enumerable === true, () => descriptor.value);
  }
  for (const name of ['globalThis', 'global']) {
    inherit(template, name, false, function (this: object) {
      return this;
    });
  }
  Object.defineProperty(template, Symbol.toStringTag, { value: 'global' });
  return template;
}

function inherit(template: object, name: PropertyKey, enumerable: boolean, get: () => unknown): void {
  Object.defineProperty(template, name, {
    enumerable,
    configurable: false,
    get,
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
