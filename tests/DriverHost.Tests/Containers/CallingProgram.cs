using System.Buffers.Binary;

namespace DriverHost.Tests.Containers;

/// <summary>A program of x86-64 Linux, a few bytes long, that makes one system call and ends with the number of its error; 0 when it was let through.</summary>
internal static class CallingProgram
{
    private const ulong Base = 0x400000;
    private const int Head = 64 + 56;

    public static byte[] Of(int call, int first)
    {
        byte[] code =
        [
            0xB8, .. Int(call),         // mov eax, call
            0xBF, .. Int(first),        // mov edi, first
            0x31, 0xF6,                 // xor esi, esi
            0x31, 0xD2,                 // xor edx, edx
            0x4D, 0x31, 0xD2,           // xor r10, r10
            0x4D, 0x31, 0xC0,           // xor r8, r8
            0x0F, 0x05,                 // syscall
            0x31, 0xFF,                 // xor edi, edi
            0x85, 0xC0,                 // test eax, eax
            0x79, 0x04,                 // jns +4: it was let through
            0x89, 0xC7,                 // mov edi, eax
            0xF7, 0xDF,                 // neg edi
            0xB8, .. Int(60),           // mov eax, exit
            0x0F, 0x05,                 // syscall
        ];
        var size = (ulong)(Head + code.Length);
        return
        [
            0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            .. Short(2), .. Short(62), .. Int(1), .. Long(Base + Head), .. Long(64), .. Long(0), .. Int(0), .. Short(64), .. Short(56), .. Short(1), .. Short(0), .. Short(0), .. Short(0),
            .. Int(1), .. Int(5), .. Long(0), .. Long(Base), .. Long(Base), .. Long(size), .. Long(size), .. Long(0x1000),
            .. code,
        ];
    }

    private static byte[] Short(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Long(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
