/** A scenario of `capwright predict`: a user's shell starts a program with cap_net_admin=ep. */
export const exampleScenario = {
  kernel: '6.18',
  caller: {
    uid: [1000, 1000, 1000],
    gid: [1000, 1000, 1000],
    groups: [1000],
    permitted: '0x0',
    effective: '0x0',
    inheritable: '0x0',
    bounding: '0x1ffffffffff',
    ambient: '0x0',
    securebits: 0,
    noNewPrivs: false,
    sharesFs: false,
    userNamespace: null,
    tracer: null,
  },
  program: {
    mode: 0o755,
    uid: 0,
    gid: 0,
    capability: '0x0100000200100000000000000000000000000000',
    mount: { nosuid: false, noexec: false, foreign: false },
    interpreter: null,
  },
};
