/**
 * An expression of Python for where the debugger has stopped at a PermissionError: JSON that tells which
 * system call the innermost call of a program's own code makes, and with which arguments, or null where
 * that is none of those. Nothing of the program is called for it: names are looked up, and attributes
 * of modules, classes and sockets.
 */
export function refusedCallExpression(): string {
  const scope =
    "{'exception': __exception__[1], 'trace': __exception__[2], 'told': 'null', 'names': {**globals(), **locals()}}";
  return `(lambda scope: (exec(${JSON.stringify(source)}, scope), scope['told'])[1])(${scope})`;
}

const source = String.raw`
import _socket, ast, builtins, errno, fcntl, json, linecache, os, struct, threading, types

def value(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names.get(node.id, getattr(builtins, node.id, None))
    if isinstance(node, ast.Attribute):
        owner = value(node.value)
        if isinstance(owner, (types.ModuleType, type, _socket.socket)):
            return getattr(owner, node.attr, None)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left, right = value(node.left), value(node.right)
        return left | right if isinstance(left, int) and isinstance(right, int) else None
    if isinstance(node, ast.Tuple):
        return tuple(value(each) for each in node.elts)
    return None

def number(args, index):
    return int(args[index]) if index < len(args) and isinstance(args[index], int) else None

def system_call(function, args):
    bound = getattr(function, '__self__', None)
    name = getattr(function, '__name__', '')
    if function is fcntl.ioctl:
        given = args[2] if len(args) > 2 else None
        memory = bytes(given) if isinstance(given, (bytes, bytearray)) else None
        return 'ioctl', [number(args, 0), number(args, 1), None], memory
    if function in (os.open, builtins.open):
        path = args[0] if args and isinstance(args[0], (str, bytes, os.PathLike)) else ''
        return 'openat', [None, None, None], os.fsencode(path)
    if function is _socket.socket.__init__:
        return 'socket', [number(args, index) for index in (1, 2, 3)], None
    if isinstance(bound, _socket.socket) and name == 'bind':
        address = args[0] if args else None
        port = address[1] if isinstance(address, tuple) and len(address) > 1 else 0
        port = port if isinstance(port, int) and 0 <= port < 65536 else 0
        return 'bind', [None, None, None], struct.pack('=H', bound.family) + struct.pack('!H', port)
    if isinstance(bound, _socket.socket) and name == 'setsockopt':
        return 'setsockopt', [None, number(args, 0), number(args, 1)], None
    if name in ('setns', 'unshare') and function is getattr(os, name, None):
        return name, [number(args, 1 if name == 'setns' else 0), None, None], None
    return None

def calls():
    frame = trace.tb_frame
    text = ''.join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    line, place = trace.tb_lineno, None
    if hasattr(frame.f_code, 'co_positions'):
        place = list(frame.f_code.co_positions())[trace.tb_lasti // 2]
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.lineno <= line <= node.end_lineno:
            continue
        if place is None or place == (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset):
            yield node

# Where it was raised; further out it is the same one again.
if trace.tb_next is None:
    for node in calls():
        found = system_call(value(node.func), [value(each) for each in node.args])
        if found is not None:
            told = json.dumps({
                'name': found[0],
                'arguments': found[1],
                'memory': None if found[2] is None else found[2].hex(),
                'errno': errno.errorcode.get(exception.errno),
                'tid': threading.get_native_id(),
            })
            break
`;
