"""CrowdSec as Debian ships it, set up in a folder of its own for bench/logs: its parsers of Apache's
logs, its web scenarios, its own local database, no word to the outside."""
import glob, os, re, shutil, socket, subprocess

HUB = "/usr/share/crowdsec/hub"
DATA = "/usr/share/crowdsec/data"
# Of other servers' logs, or in need of a database of places that Debian does not have.
LEFT_OUT = ("magento", "apiscp")
CONFIG = """\
common: {{daemonize: false, log_media: stdout, log_level: error, working_dir: {folder}}}
config_paths: {{config_dir: {folder}/conf/, data_dir: {folder}/data/, simulation_path: {folder}/conf/simulation.yaml,
  hub_dir: {folder}/hub/, index_path: {folder}/hub/.index.json, notification_dir: {folder}/conf/, plugin_dir: {folder}/conf/}}
crowdsec_service: {{parser_routines: 1}}
cscli: {{output: human}}
db_config: {{log_level: error, type: sqlite, use_wal: true, db_path: {folder}/data/crowdsec.db}}
plugin_config: {{user: nobody, group: nogroup}}
api:
  client: {{credentials_path: {folder}/conf/credentials.yaml}}
  server: {{log_level: error, listen_uri: "127.0.0.1:{port}", profiles_path: {folder}/conf/profiles.yaml}}
prometheus: {{enabled: false}}
"""


def is_here():
    return all([shutil.which("crowdsec"), shutil.which("cscli"), os.path.exists(HUB + "/.index.json")])


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def enable(folder, kind, path):
    """Enables one item of the hub, and puts the lists that it names where it looks for them."""
    inside = os.path.join(folder, "hub", os.path.relpath(path, HUB))
    place = os.path.join(folder, "conf", kind)
    os.makedirs(place, exist_ok=True)
    os.symlink(inside, os.path.join(place, os.path.basename(path)))
    with open(path) as text:
        for url, name in re.findall(r"source_url:\s*(\S+)\s+dest_file:\s*(\S+)", text.read()):
            source = os.path.join(DATA, os.path.basename(url))
            if os.path.exists(source):
                shutil.copy(source, os.path.join(folder, "data", name))


def set_up(folder):
    """Makes the folder; the command that reads one log is what comes back."""
    shutil.copytree(HUB, folder + "/hub")
    os.makedirs(folder + "/data")
    own = HUB + "/parsers/{}/crowdsecurity/{}.yaml"
    for stage, name in (("s00-raw", "syslog-logs"), ("s01-parse", "apache2-logs"),
                        ("s02-enrich", "dateparse-enrich"), ("s02-enrich", "http-logs")):
        enable(folder, "parsers/" + stage, own.format(stage, name))
    for path in sorted(glob.glob(HUB + "/scenarios/crowdsecurity/http-*.yaml")):
        if not any(word in path for word in LEFT_OUT):
            enable(folder, "scenarios", path)
    shutil.copytree("/etc/crowdsec/patterns", folder + "/conf/patterns")
    for name in ("profiles.yaml", "simulation.yaml"):
        shutil.copy("/etc/crowdsec/" + name, folder + "/conf")
    port = free_port()
    config = folder + "/conf/config.yaml"
    with open(config, "w") as out:
        out.write(CONFIG.format(folder=folder, port=port))
    open(folder + "/conf/credentials.yaml", "w").close()
    subprocess.run(["cscli", "-c", config, "machines", "add", "bench", "--password", "bench",
                    "-f", folder + "/conf/credentials.yaml", "-u", f"http://127.0.0.1:{port}"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return lambda log: ["crowdsec", "-c", config, "-dsn", "file://" + log, "-type", "apache2", "-no-capi"]
