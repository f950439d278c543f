using System.Text;
using System.Text.Json.Nodes;

namespace DriverHost.Tests.Images;

/// <summary>Archives that must be refused, each by the words that it must be refused with.</summary>
internal static class HostileArchives
{
    private static readonly string SomeDigest = new('a', 64);

    public static readonly IReadOnlyDictionary<string, (Func<byte[]> Bytes, string Words)> All = new Dictionary<string, (Func<byte[]>, string)>
    {
        ["nothing"] = (() => [], "The archive is empty."),
        ["noise"] = (() => [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))], "This is not a tar file, or it is damaged: a header's checksum is wrong."),
        ["packed as a whole"] = (() => RawArchive.Gzip(new RawArchive().Build()), "The archive as a whole is packed with gzip. Upload what docker save writes, unpacked."),
        ["truncated in a layer"] = (() => new RawArchive().Build()[..1000], "The tar is cut off."),
        ["truncated in a header"] = (() => new RawArchive().Build()[..700], "The tar is cut off."),
        ["without manifest"] = (() => new TarBytes().File("repositories", "{}").End(), "The archive has no manifest.json, so it is not what docker save writes."),
        ["bare OCI layout"] = (() => new TarBytes().File("index.json", "{}").End(), "The archive is a bare OCI layout without manifest.json. Upload what docker save writes."),
        ["many images"] = (Spoilt(a => a.Manifest = "[{},{}]"), "The archive holds 2 images; exactly one is taken. Save one image per archive."),
        ["no image"] = (Spoilt(a => a.Manifest = "[]"), "The archive holds 0 images; exactly one is taken. Save one image per archive."),
        ["manifest that is none"] = (Spoilt(a => a.Manifest = "[{"), "manifest.json is not sound JSON: "),
        ["manifest with one key twice"] = (Spoilt(a => a.Manifest = """[{"Config":"a","Config":"b"}]"""), "manifest.json is not sound JSON: "),
        ["manifest without end"] = (Spoilt(a => a.Manifest = $"[{new string(' ', 4 << 20)}]"), "manifest.json is larger than 4 MiB."),
        ["manifest too deep"] = (Spoilt(a => a.Manifest = new string('[', 100) + new string(']', 100)), "manifest.json is not sound JSON: "),
        ["path up"] = (Spoilt(a => a.More = t => t.File("x/../../etc/passwd", "root")), "The archive has a path that leads elsewhere: x/../../etc/passwd."),
        ["absolute path"] = (Spoilt(a => a.More = t => t.File("/etc/passwd", "root")), "The archive has a path that leads elsewhere: /etc/passwd."),
        ["hard link"] = (Spoilt(a => a.More = t => t.Entry("link", '1', [], "/etc/passwd")), "The archive's entry link is neither a file nor a folder."),
        ["symbolic link out"] = (Spoilt(a => a.More = t => t.Entry("x/link", '2', [], "../../etc/passwd")), "The archive's link x/link leads out of it."),
        ["absolute link"] = (Spoilt(a => a.More = t => t.Entry("x/link", '2', [], "/etc/passwd")), "The archive's link x/link leads out of it."),
        ["device"] = (Spoilt(a => a.More = t => t.Entry("memory", '3', [])), "The archive's entry memory is neither a file nor a folder."),
        ["entry of an unknown kind"] = (Spoilt(a => a.More = t => t.Entry("sparse", 'S', [])), "The tar has an entry of type 'S', which is not taken."),
        ["manifest twice"] = (Spoilt(a => a.More = t => t.File("./manifest.json", "[]")), "The archive has manifest.json twice."),
        ["link over a file"] = (Spoilt(a => a.More = t => t.Entry("manifest.json", '2', [], "other")), "The archive has manifest.json twice."),
        ["size below zero"] = (Spoilt(a => a.More = t => t.Entry("x", '0', [], size: "\u0080" + new string('\u00ff', 11))), "The tar has a number that is too large."),
        ["size beyond the archive"] = (Spoilt(a => a.More = t => t.Entry("x", '0', [], size: "77777777777")), "The tar is cut off."),
        ["too many entries"] = (Spoilt(a => a.More = t => Enumerable.Range(0, 2_001).ToList().ForEach(i => t.File($"f{i}", ""))), "It has more than 2000 entries."),
        ["path without end"] = (Spoilt(a => a.More = t => t.File(new string('p', 5_000), "")), "A path in it is longer than 4096 characters."),
        ["config missing"] = (Spoilt(a => a.Manifest = """[{"Config":"elsewhere.json","RepoTags":null,"Layers":[]}]"""), "The archive has no elsewhere.json."),
        ["config of another name"] = (Spoilt(a => a.ConfigName = $"{SomeDigest}.json"), $"The config's bytes are not what its name {SomeDigest}.json promises: they are sha256:"),
        ["config that is no object"] = (Spoilt(a => a.ConfigText = "[]"), "is not an image's config."),
        ["layer of other bytes"] = (Spoilt(a => a.DiffIds = [$"sha256:{SomeDigest}"]), "Layer 1: its bytes are sha256:"),
        ["stolen layer"] = (Spoilt(a => a.LayerPaths = ["elsewhere/layer.tar"]), "is named but its bytes are not in the archive (elsewhere/layer.tar)."),
        ["stolen layer with a dummy"] = (Spoilt(a => (a.DiffIds, a.LayerBytes[0]) = ([$"sha256:{SomeDigest}"], [])), "Layer 1: its bytes are sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, but the config says sha256:aaaa"),
        ["layer by a wrong id"] = (Spoilt(a => a.DiffIds = ["md5:abc"]), "Layer 1 has an id that is no sha256 digest."),
        ["more ids than layers"] = (Spoilt(a => a.DiffIds = [RawArchive.Digest(a.LayerBytes[0]), RawArchive.Digest(a.LayerBytes[0])]), "The config names 2 layers, manifest.json 1."),
        ["no layers"] = (Spoilt(a => a.LayerBytes.Clear()), "The image has 0 layers; 1 to 125 are taken."),
        ["too many layers"] = (Spoilt(a => a.LayerBytes.AddRange(Enumerable.Repeat(a.LayerBytes[0], 125))), "The image has 126 layers; 1 to 125 are taken."),
        ["layer that is no tar"] = (Spoilt(a => a.LayerBytes[0] = [.. Enumerable.Repeat((byte)'x', 1024)]), "Layer 1: This is not a tar file, or it is damaged: a header's checksum is wrong."),
        ["layer packed with xz"] = (Spoilt(a => a.LayerBytes[0] = [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 0]), "Layer 1 is packed with xz; plain tar and gzip are taken. Save the image again with docker save."),
        ["layer packed by a liar"] = (Spoilt(a => a.LayerBytes[0] = [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "Layer 1 cannot be unpacked: "),
        ["layer that is a bomb"] = (Spoilt(a => a.LayerBytes[0] = RawArchive.Gzip(new byte[80 << 20])), "Layer 1: it unpacks to more than 200 times its size."),
        ["other processor"] = (Spoilt(a => a.ImageConfig["architecture"] = "s390x"), $"It is for s390x, this host's processor is {DriverHost.Images.HostPlatform.Architecture}."),
        ["other system"] = (Spoilt(a => a.ImageConfig["os"] = "windows"), "The image is for windows, this host runs Linux."),
        ["rootfs of another type"] = (Spoilt(a => a.ImageConfig["rootfs"]!["type"] = "layers+base"), "The config has no rootfs of type layers."),
        ["user that becomes root"] = (Spoilt(a => a.Run["User"] = "4294967296"), "The image's user 4294967296 is a number that is too large."),
        ["group that becomes root"] = (Spoilt(a => a.Run["User"] = "1000:99999999999"), "The image's user 1000:99999999999 is a number that is too large."),
        ["working directory of the kernel"] = (Spoilt(a => a.Run["WorkingDir"] = "/proc/self/fd/8"), "The working directory /proc/self/fd/8 is in one of the kernel's own folders. Choose another."),
        ["environment that is none"] = (Spoilt(a => a.Run["Env"] = new JsonArray("PATH")), "The image's environment has an entry that is not NAME=value: PATH."),
        ["environment of numbers"] = (Spoilt(a => a.Run["Env"] = new JsonArray(1, 2)), "The image's config has a list of texts with something else in it."),
        ["command with a zero"] = (Spoilt(a => a.Run["Cmd"] = new JsonArray("a\0b")), "The image's command has a zero byte in it."),
        ["index of another image"] = (Spoilt(a => Index(a, $"sha256:{SomeDigest}", null)), "index.json and manifest.json show two images: config sha256:aaaa"),
        ["index of other layers"] = (Spoilt(a => Index(a, null, $"sha256:{SomeDigest}")), "index.json and manifest.json name different layers."),
        ["index of nothing"] = (Spoilt(a => a.More = t => t.File("index.json", """{"manifests":[]}""")), "index.json names no image, but manifest.json does."),
        ["index by another digest"] = (Spoilt(a => a.More = t => t.File("index.json", """{"manifests":[{"digest":"md5:abc"}]}""")), "index.json names an image by something else than a sha256 digest."),
        ["index entry of other bytes"] = (Spoilt(a => a.More = t => t.File($"blobs/sha256/{SomeDigest}", "{}").File("index.json", $$"""{"manifests":[{"digest":"sha256:{{SomeDigest}}"}]}""")), $"blobs/sha256/{SomeDigest} is not what its name promises: its bytes are sha256:"),
        ["manifest that is list and image"] = (Spoilt(a => Blob(a, """{"manifests":[],"config":{},"layers":[]}""")), "is both a list and an image, or neither."),
    };

    private static Func<byte[]> Spoilt(Action<RawArchive> spoil) => () =>
    {
        var archive = new RawArchive();
        spoil(archive);
        return archive.Build();
    };

    // The second view of the same archive, as Docker 25 and later write it.
    private static void Index(RawArchive archive, string? config, string? layer)
    {
        var truth = RawArchive.Digest(Encoding.UTF8.GetBytes(archive.ConfigBytes()));
        Blob(archive, $$"""{"config":{"digest":"{{config ?? truth}}"},"layers":[{"digest":"{{layer ?? RawArchive.Digest(archive.LayerBytes[0])}}"}]}""");
    }

    private static void Blob(RawArchive archive, string manifest)
    {
        var digest = RawArchive.Digest(Encoding.UTF8.GetBytes(manifest));
        archive.More = t => t.File($"blobs/sha256/{digest[7..]}", manifest).File("index.json", $$"""{"manifests":[{"digest":"{{digest}}"}]}""");
    }
}
