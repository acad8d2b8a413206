# Words that lead to a tag, and the communities that know them.

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_offices'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
    ]

    operations = [
        migrations.CreateModel(
            name='TagSynonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('slug', models.CharField(max_length=100)),
                ('is_common', models.BooleanField(default=False)),
                ('was_tag', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='synonyms', to='taggit.tag')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SynonymPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.community')),
                ('synonym', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='people.tagsynonym')),
            ],
        ),
        migrations.AddIndex(
            model_name='tagsynonym',
            index=models.Index(fields=['slug'], name='synonym_address'),
        ),
        migrations.AddConstraint(
            model_name='tagsynonym',
            constraint=models.UniqueConstraint(fields=('name', 'tag'), name='synonym_once'),
        ),
        migrations.AddConstraint(
            model_name='synonymplace',
            constraint=models.UniqueConstraint(fields=('community', 'synonym'), name='synonym_place_once'),
        ),
    ]
