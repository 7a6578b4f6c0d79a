#!/usr/bin/python3
"""certbot_parse.py MAIN_FILE: lets certbot's Apache plug-in read a configuration and list its
virtual hosts. What it would ask httpd for, the variables, is told to it before. Prints how many it
found."""
import glob
import os
import re
import sys
from unittest import mock

from certbot_apache._internal import apache_util, configurator, parser

main = os.path.abspath(sys.argv[1])
root = os.path.dirname(main)
if not os.path.exists(os.path.join(root, "apache2.conf")):
    os.symlink(main, os.path.join(root, "apache2.conf"))
defines = {}
for name in glob.glob(root + "/*.conf") + glob.glob(root + "/hosts/*.conf"):
    with open(name, encoding="utf-8") as file:
        defines.update(re.findall(r"^Define (\S+) (\S+)$", file.read(), re.M))

config = mock.MagicMock(apache_server_root=root, apache_vhost_root=None,
                        apache_ctl="apachectl", work_dir=root)
config.config_dir = config.temp_checkpoint_dir = config.backup_dir = root
with mock.patch.object(apache_util, "parse_defines", return_value=defines), \
     mock.patch.object(apache_util, "parse_includes", return_value=[]), \
     mock.patch.object(apache_util, "parse_modules", return_value=[]):
    plugin = configurator.ApacheConfigurator(config, "apache", version=(2, 4, 62))
    plugin.options.server_root = root
    plugin.options.vhost_root = os.path.join(root, "hosts")
    plugin.options.ctl = "apachectl"
    plugin.parser = parser.ApacheParser(root, plugin, None, version=(2, 4, 62))
    print(len(plugin.get_virtual_hosts()), "virtual hosts")
